#!/usr/bin/env bash
# Runs on the machine with the GPU, from the folder that bench/gpu/run.sh --pack made. Usage: there.sh [FOLDER for the results]
# Ends within ten minutes, whatever happens. PYTHON chooses the interpreter whose PyTorch is used. A part that fails stops none of the others.
set -uo pipefail
program=$(cd "$(dirname "$0")" && pwd)
folder=$(realpath -m "${1:-gpu}")
python=$(command -v "${PYTHON:-python3}") || { echo "There is no ${PYTHON:-python3}: set PYTHON." >&2; exit 1; }
mkdir -p "$folder"
lib=$("$python" -c 'import torch; print(torch.__path__[0] + "/lib")') || { echo "$python has no PyTorch." >&2; exit 1; }
export CHESTXRAY_LIBTORCH=${CHESTXRAY_LIBTORCH:-$lib} CHESTXRAY_PYTHON=$python

"$program/chestxray" doctor | tee "$folder/doctor.txt"
timeout 420 "$program/chestxray" bench gpu --json --page "$folder/gpu.md" > "$folder/gpu.json"
code=$?
if command -v compute-sanitizer > /dev/null; then
  timeout 150 compute-sanitizer --error-exitcode 9 "$program/chestxray" bench gpu --parts b --no-peers > "$folder/sanitizer.txt" 2>&1
  echo "compute-sanitizer ended with code $?" | tee -a "$folder/sanitizer.txt" "$folder/gpu.md"
else
  echo "compute-sanitizer is not on this machine." | tee -a "$folder/gpu.md"
fi
exit $code
