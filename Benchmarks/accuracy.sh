#!/usr/bin/env bash
# Accuracy, size and speed in one table: Benchmarks/accuracy.sh MODEL.onnx... -- --images FOLDER --annotations FILE.json
# Times windhover and ONNX Runtime in turns, then scores the models with 'windhover eval coco', which gets what follows --
# (such as --markdown TABLE.md --plot FIGURE.svg). WINDHOVER_ENGINES=onnxruntime,openvino-f32 times more runtimes.
set -euo pipefail
folder=$PWD
models=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    models+=("$(realpath "$1")")
    shift
done
if [ ${#models[@]} -eq 0 ] || [ $# -lt 2 ]; then
    sed -n '2,4s/^# //p' "${BASH_SOURCE[0]}" >&2
    exit 64
fi
shift
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. Benchmarks/setup.sh

"$peers" "$python" "$windhover" --engines "${WINDHOVER_ENGINES:-onnxruntime}" --json "$work/latencies.json" "${models[@]}" >&2
latencies=$PWD/$work/latencies.json
# Paths behind -- are meant from where the command was given.
cd "$folder"
exec "$windhover" eval coco --model "${models[@]}" --latencies "$latencies" "$@"
