"""The net of a comparison on PyTorch; PyTorchSession.java starts it and tells it what to do.

    pytorch_peer.py                                     prints PyTorch's version on one line
    pytorch_peer.py PROBLEM NET TASK THREADS FORMAT MODE
        PROBLEM  safetensors           NET   lenet-bn | resnet18       TASK  training | inference
        FORMAT   contiguous | channels_last                            MODE  float32 | bfloat16 | frozen

The second form answers each line on standard input: "restart" takes the problem's weights again and prints "done";
"time N" takes N steps and prints their nanoseconds on one line and the last loss on a second; "memory" prints the most
bytes that have been resident, 0 if the system does not tell. Whatever goes wrong is the last line, "failed: WHAT".
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


class Residual(nn.Module):
    def __init__(self, inputs, channels, halves):
        super().__init__()
        stride = 2 if halves else 1
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride=stride, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv3 = nn.Conv2d(inputs, channels, 1, stride=stride) if halves else None
        self.bn1 = nn.BatchNorm2d(channels)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = nn.functional.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y += x if self.conv3 is None else self.conv3(x)
        return nn.functional.relu(y)


def resnet18():
    stem = nn.Sequential(
        nn.Conv2d(1, 64, 7, stride=2, padding=3), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1)
    )
    stages = [nn.Sequential(Residual(64, 64, False), Residual(64, 64, False))]
    for channels in (128, 256, 512):
        stages.append(nn.Sequential(Residual(channels // 2, channels, True), Residual(channels, channels, False)))
    return nn.Sequential(stem, *stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


class Task:
    def __init__(self, net, problem, memory_format, mode):
        self.images = problem.pop("images").contiguous(memory_format=memory_format)
        self.labels = problem.pop("labels")
        self.rate = problem.pop("learning_rate").item()
        self.state = problem
        self.net = net.to(memory_format=memory_format)
        self.mode = mode
        self.restart()

    def restart(self):
        own = self.net.state_dict()
        with torch.no_grad():
            for name, values in self.state.items():
                own[name].copy_(values.reshape(own[name].shape))

    def forward(self):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.mode == "bfloat16"):
            return self.net(self.images)


class Training(Task):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=self.rate)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(self.forward().float(), self.labels)
        loss.backward()
        self.optimizer.step()
        self.last = loss.item()

    def loss(self):
        return self.last


class Inference(Task):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.net.eval()
        if self.mode == "frozen":
            with torch.no_grad():
                traced = torch.jit.trace(self.net, self.images)
                self.net = torch.jit.optimize_for_inference(torch.jit.freeze(traced))

    def restart(self):
        # A step changes nothing, and a frozen net has no weights to load.
        if not isinstance(self.net, torch.jit.ScriptModule):
            super().restart()

    def step(self):
        with torch.inference_mode():
            self.logits = self.forward().contiguous()

    def loss(self):
        return nn.functional.cross_entropy(self.logits.float(), self.labels).item()


def peak_resident_bytes():
    """Of this process since it runs Python: getrusage would count the program that started it too."""
    try:
        with open("/proc/self/status", encoding="utf-8") as status:
            found = re.search(r"VmHWM:\s*(\d+) kB", status.read())
    except OSError:
        return 0
    return 1024 * int(found.group(1)) if found else 0


def main(problem, net, task, threads, memory_format, mode):
    torch.set_num_threads(int(threads))
    nets = {"lenet-bn": lenet_bn, "resnet18": resnet18}
    tasks = {"training": Training, "inference": Inference}
    formats = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
    running = tasks[task](nets[net](), read_safetensors(problem), formats[memory_format], mode)
    print("done", flush=True)
    for line in sys.stdin:
        command, *arguments = line.split()
        if command == "restart":
            running.restart()
            print("done", flush=True)
        elif command == "time":
            nanos = []
            for _ in range(int(arguments[0])):
                start = time.perf_counter_ns()
                running.step()
                nanos.append(time.perf_counter_ns() - start)
            print(*nanos)
            print(running.loss(), flush=True)
        elif command == "memory":
            print(peak_resident_bytes(), flush=True)
        else:
            sys.exit("unknown command: " + line)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print(version())
    else:
        try:
            main(*sys.argv[1:])
        except Exception as error:
            lines = str(error).splitlines() or [type(error).__name__]
            print("failed:", lines[0], flush=True)
            sys.exit(1)
