#!/usr/bin/env bash
# Times windhover and other runtimes in turn: Benchmarks/peers.sh [MODEL.onnx...] [-- arguments for windhover model bench]
# Without models: on depthwise detectors with random weights, written on the spot. Prints a Markdown table.
# With --int8 FOLDER first: also ONNX Runtime and OpenVINO in 8 bits, ranges from the folder's pictures and videos.
# From decoded frames to boxes, against cv2 and ONNX Runtime: Benchmarks/peers.sh --video CLIP YOLOX.onnx
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. Benchmarks/setup.sh

models=()
engines=()
if [ "${1:-}" = --int8 ]; then
    engines=(--int8)
    calibration=$(realpath "$2")
    shift 2
fi
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    if [ "$1" = --video ]; then models+=("$1"); else models+=("$(realpath "$1")"); fi
    shift
done
if [ ${#models[@]} -eq 0 ]; then
    "$python" Benchmarks/python/networks.py "$work/networks"
    models=("$PWD/$work"/networks/*.onnx)
fi
if [ ${#engines[@]} -gt 0 ]; then
    for model in "${models[@]}"; do
        "$python" Benchmarks/python/quantise_peers.py "$model" "$work/int8" "$calibration" >&2
    done
fi
exec "$peers" "$python" "$windhover" "${engines[@]}" "${models[@]}" "$@"
