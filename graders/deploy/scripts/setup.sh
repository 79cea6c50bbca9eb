#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image. What it prints is in the build's log.
set -euo pipefail

root="${AUTOGRADER_ROOT:-/autograder}"
source="$root/source"
cd "$source"

# The cases are in here: nobody but root may look, whatever rights the unpacking gave.
if [ "$(id -u)" = 0 ]; then chown -R 0:0 "$source"; fi
chmod -R u=rwX,go= "$source"

is_new_enough() {
  command -v "$1" > /dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'
}

find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if is_new_enough "$name"; then command -v "$name"; return; fi
  done
  return 1
}

# An image of your own may bring this leafgrad along; then nothing is installed.
has_leafgrad() {
  "$1" -P -c "$(printf '%s\n' \
    'import pathlib, re, sys, graders' \
    'wanted = re.search(r"\d+(\.\d+)+", pathlib.Path("requirements.txt").read_text())' \
    'sys.exit(graders.__version__ != wanted[0])')" 2> /dev/null
}

make_environment() {
  local version
  if ! "$python" -m venv "$root/leafgrad" > /dev/null; then
    version="$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')"
    apt-get update -qq
    apt-get install -y -qq "$version-venv"
    "$python" -m venv "$root/leafgrad"
  fi
}

install() {
  "$root/leafgrad/bin/python" -m pip install --quiet --disable-pip-version-check --requirement requirements.txt "$@"
}

python="$(find_python || true)"
if [ -z "$python" ]; then
  apt-get update -qq
  apt-get install -y -qq python3.11 python3.11-venv || true
  python="$(find_python || true)"
fi
if [ -z "$python" ]; then
  echo "leafgrad needs Python 3.11 or later. Choose a newer base image under Configure Autograder." >&2
  exit 1
fi

if ! has_leafgrad "$python"; then
  make_environment
  if compgen -G 'wheels/*.whl' > /dev/null && install --no-index --find-links wheels 2> /dev/null; then
    echo "Installed from the wheels in the zip."
  else
    echo "Not all packages are in the zip: pip fetches the others."
    # That index has builds of torch without CUDA, which are a tenth in size.
    if grep -q torch requirements.txt; then extra=(--extra-index-url https://download.pytorch.org/whl/cpu); fi
    install --find-links wheels ${extra[@]+"${extra[@]}"}
  fi
  python="$root/leafgrad/bin/python"
fi

echo "$python" > "$source/python"
"$python" -P -m graders.deploy.on_gradescope --ready "$root"
