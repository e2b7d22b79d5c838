"""The net of a comparison, trained by PyTorch; PyTorchSession.java starts it and tells it what to do.

    pytorch_peer.py                                             prints PyTorch's version on one line
    pytorch_peer.py PROBLEM THREADS contiguous|channels_last    trains the problem (safetensors)

The second form answers each line on standard input: "restart" takes the problem's weights again and prints "done";
"time N" takes N steps and prints their nanoseconds on one line and the last loss on a second.
"""

import json
import re
import struct
import sys
import time

import torch
from torch import nn


def version():
    onednn = re.search(r"MKL-DNN v[\d.]+", torch.__config__.show())
    return ", ".join([torch.__version__, onednn.group() if onednn else "no oneDNN", blas()])


def blas():
    """File name of the BLAS that is loaded: Debian's own is slow, OpenBLAS takes its place when it is installed."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            names = set(re.findall(r"[^/]*blas[^/]*\.so[.\d]*$", maps.read(), re.MULTILINE))
    except OSError:
        names = set()
    return " ".join(sorted(names)) or "BLAS within"


def read_safetensors(path):
    types = {"F32": torch.float32, "I64": torch.int64}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            dtype = types[entry["dtype"]]
            begin, end = entry["data_offsets"]
            flat = torch.frombuffer(data[begin:end], dtype=dtype)
            tensors[name] = flat.reshape(entry["shape"])
    return tensors


def lenet_bn():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.BatchNorm2d(6),
        nn.Sigmoid(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.BatchNorm2d(16),
        nn.Sigmoid(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(256, 120),
        nn.BatchNorm1d(120),
        nn.Sigmoid(),
        nn.Linear(120, 84),
        nn.BatchNorm1d(84),
        nn.Sigmoid(),
        nn.Linear(84, 10),
    )


class Training:
    def __init__(self, problem, memory_format):
        self.images = problem.pop("images").contiguous(memory_format=memory_format)
        self.labels = problem.pop("labels")
        rate = problem.pop("learning_rate").item()
        self.state = problem
        self.net = lenet_bn().to(memory_format=memory_format)
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=rate)
        self.restart()

    def restart(self):
        own = self.net.state_dict()
        with torch.no_grad():
            for name, values in self.state.items():
                own[name].copy_(values.reshape(own[name].shape))

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(self.net(self.images), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def main(problem, threads, memory_format):
    torch.set_num_threads(int(threads))
    formats = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
    training = Training(read_safetensors(problem), formats[memory_format])
    print("done", flush=True)
    for line in sys.stdin:
        command, *arguments = line.split()
        if command == "restart":
            training.restart()
            print("done", flush=True)
        elif command == "time":
            nanos = []
            for _ in range(int(arguments[0])):
                start = time.perf_counter_ns()
                loss = training.step()
                nanos.append(time.perf_counter_ns() - start)
            print(*nanos)
            print(loss, flush=True)
        else:
            sys.exit("unknown command: " + line)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print(version())
    else:
        main(*sys.argv[1:])
