#!/usr/bin/env bash
# All that only a GPU can show, in under ten minutes: one JSON document and one page of Markdown.
#   bench/gpu/run.sh [FOLDER]       builds and measures here; without a GPU the CPU's half, and says so
#   bench/gpu/run.sh --pack FILE    packs the program for a machine that has a GPU and PyTorch 2.10, but no .NET;
#                                   there: tar xf FILE && chestxray-gpu/there.sh [FOLDER]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

if [ "${1:-}" != "--pack" ]; then
  folder=$(realpath -m "${1:-gpu}")
  mkdir -p "$folder"
  cd "$root"
  dotnet run -c Release --project src/App -- bench gpu --json --page "$folder/gpu.md" > "$folder/gpu.json"
  echo "Written: $folder/gpu.json and gpu.md" >&2
  exit 0
fi

[ $# = 2 ] || { echo "Usage: bench/gpu/run.sh --pack FILE" >&2; exit 2; }
file=$(realpath -m "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Without a tensor library: the other machine's PyTorch brings it. An artifacts folder of its own leaves the build here as it is.
dotnet publish "$root/src/App" -c Release -r linux-x64 --self-contained -p:Torch=installed -p:DebugType=none \
  --artifacts-path "$work/artifacts" -o "$work/chestxray-gpu" >&2
cp "$here/there.sh" "$work/chestxray-gpu/"
tar -C "$work" -cf - chestxray-gpu | xz -T0 -6 > "$file"
size=$(stat -c %s "$file")
echo "$file: $((size / 1024)) KiB" >&2
[ "$size" -lt $((60 * 1024 * 1024)) ] || { echo "Packed it is over 60 MiB." >&2; exit 1; }
