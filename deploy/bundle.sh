#!/bin/sh
# Make an offline bundle: every wheel the lock names, the project's own, and how to install them without a network.
#
#   sh deploy/bundle.sh DIR        run with a network, on the system and Python that will run it
#
# What comes out: DIR/zhibiao-VERSION-offline.tar.gz. On the machine without a network: unpack, then `sh install.sh /opt/zhibiao`.
set -eu
[ $# = 1 ] || { echo "用法：sh deploy/bundle.sh DIR" >&2; exit 2; }
here=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
mkdir -p "$1"
into=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/pyproject.toml")
bundle="$work/zhibiao-$version"
mkdir "$bundle"
echo "取锁定的依赖……" >&2
"$python" -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
  -r "$here/requirements.txt" -d "$bundle/wheels"
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps "$here" -w "$bundle/wheels"
cp "$here/requirements.txt" "$here/deploy/install.sh" "$bundle/"
cp "$here"/deploy/*.service "$here"/deploy/*.timer "$bundle/"
(cd "$bundle" && find . -type f ! -name SHA256SUMS -exec sha256sum {} + >SHA256SUMS)
tar -C "$work" -czf "$into/zhibiao-$version-offline.tar.gz" "zhibiao-$version"
echo "$into/zhibiao-$version-offline.tar.gz"
