#!/usr/bin/env python3
"""Draws the curves of two sets of runs into one SVG, from the metrics.jsonl of their folders.

    for seed in 0 1 2; do
        ./skipjack train resnet18 --epochs 2 --seed $seed --out runs/winograd-$seed
        ./skipjack train resnet18 --epochs 2 --seed $seed --out runs/direct-$seed --convolution direct
    done
    python3 benchmarks/overlay_curves.py docs/images/winograd-direct.svg \
        --set Winograd runs/winograd-* --set direct runs/direct-*

Prints the mean and the spread of what each set ends with. Plain Python 3, no packages.
"""
import argparse
import html
import json
import pathlib
import statistics
import sys

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 440, 56, 620, 72, 388
COLOURS = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd"]
CURVES = [("point", "train_loss", ""), ("point", "train_acc", "8 4"), ("epoch", "test_acc", "2 3")]
NAMES = {"train_loss": "train loss", "train_acc": "train acc", "test_acc": "test acc"}


def read(folder):
    path = pathlib.Path(folder) / "metrics.jsonl"
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as problem:
        sys.exit(f"{path}: {problem}; expected the metrics of a run of skipjack train")
    if not any(line["type"] == "result" for line in lines):
        sys.exit(f"{path}: has no result; let the run end first")
    return lines


def curve(lines, kind, name):
    return [(line["epoch"], line[name]) for line in lines if line["type"] == kind]


def text(x, y, words, anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(words)}</text>'


def stroke(colour, dashes):
    return f'fill="none" stroke="{colour}" stroke-width="1.5"' + (f' stroke-dasharray="{dashes}"' if dashes else "")


def draw(sets):
    drawn = [
        (COLOURS[i], dashes, curve(lines, kind, name))
        for i, (_, runs) in enumerate(sets)
        for lines in runs
        for kind, name, dashes in CURVES
    ]
    points = [point for _, _, c in drawn for point in c]
    last = max(x for x, _ in points)
    top = max(1.0, max(y for _, y in points)) * 1.05

    def x(epoch):
        return LEFT + epoch / last * (RIGHT - LEFT)

    def y(value):
        return BOTTOM - value / top * (BOTTOM - TOP)

    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"',
        ' font-family="sans-serif" font-size="13" fill="#222">',
        "<title>Training curves of " + html.escape(" and ".join(name for name, _ in sets)) + "</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    step = 0.2 if top <= 2 else 0.5
    for i in range(int(top / step) + 1):
        at = y(i * step)
        svg.append(f'<line x1="{LEFT}" y1="{at:.1f}" x2="{RIGHT}" y2="{at:.1f}" stroke="#ddd"/>')
        svg.append(text(LEFT - 8, at + 4.5, f"{i * step:.1f}", "end"))
    for epoch in range(int(last) + 1):
        svg.append(f'<line x1="{x(epoch):.1f}" y1="{TOP}" x2="{x(epoch):.1f}" y2="{BOTTOM}" stroke="#ddd"/>')
        svg.append(text(x(epoch), BOTTOM + 18, str(epoch), "middle"))
    svg.append(text((LEFT + RIGHT) / 2, BOTTOM + 40, "epoch", "middle"))
    for colour, dashes, points in drawn:
        places = " ".join(f"{x(epoch):.1f},{y(value):.1f}" for epoch, value in points)
        svg.append(f'<polyline {stroke(colour, dashes)} points="{places}"/>')
        # A curve of one epoch has one point, which no line shows.
        if len(points) == 1:
            svg.append(f'<circle cx="{x(points[0][0]):.1f}" cy="{y(points[0][1]):.1f}" r="3" fill="{colour}"/>')
    for i, (name, runs) in enumerate(sets):
        svg.append(f'<line x1="{LEFT + 180 * i}" y1="20" x2="{LEFT + 180 * i + 40}" y2="20" {stroke(COLOURS[i], "")}/>')
        svg.append(text(LEFT + 180 * i + 48, 24.5, f"{name}, {len(runs)} runs"))
    for i, (_, name, dashes) in enumerate(CURVES):
        svg.append(f'<line x1="{LEFT + 180 * i}" y1="44" x2="{LEFT + 180 * i + 40}" y2="44" {stroke("#222", dashes)}/>')
        svg.append(text(LEFT + 180 * i + 48, 48.5, NAMES[name]))
    svg.append(f'<rect x="{LEFT}" y="{TOP}" width="{RIGHT - LEFT}" height="{BOTTOM - TOP}" fill="none" stroke="#222"/>')
    return "\n".join([*svg, "</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("svg", help="file to write")
    parser.add_argument("--set", dest="sets", nargs="+", action="append", required=True, metavar=("NAME", "RUN"))
    options = parser.parse_args()
    if len(options.sets) > len(COLOURS) or any(len(given) < 2 for given in options.sets):
        parser.error(f"at most {len(COLOURS)} sets, each a name and its run folders")
    sets = [(given[0], [read(folder) for folder in given[1:]]) for given in options.sets]
    pathlib.Path(options.svg).write_text(draw(sets), encoding="utf-8")
    print("| runs | " + " | ".join(NAMES[name] for _, name, _ in CURVES) + " |")
    print("| --- |" + " --- |" * len(CURVES))
    for name, runs in sets:
        cells = []
        for kind, value, _ in CURVES:
            ends = [curve(lines, kind, value)[-1][1] for lines in runs]
            cells.append(f"{statistics.mean(ends):.4f} ({min(ends):.4f} to {max(ends):.4f})")
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
