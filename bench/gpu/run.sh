#!/usr/bin/env bash
# Checks and times the augmentation kernels on this machine's GPU, beside PyTorch and torchvision, and writes one JSON document.
# Without a GPU it does the CPU's half and says so. Usage: bench/gpu/run.sh [FILE]   (PYTHON=... chooses the interpreter of the peers)
set -euo pipefail
file=$(realpath -m "${1:-gpu.json}")
cd "$(dirname "$0")/../.."
dotnet run -c Release --project bench/Kernels.Bench -- gpu "$file"
