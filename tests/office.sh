#!/bin/sh
# Bring LibreOffice (Calc alone, without a screen) and a renderer of PDF where that is ours to do: root on Debian.
# Elsewhere the tests that open our templates in another spreadsheet program skip and say so.
set -eu
if command -v soffice >/dev/null 2>&1 && command -v pdftoppm >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing libreoffice-calc for the tests of templates" >&2
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libreoffice-calc-nogui poppler-utils >/dev/null
else
  echo "no LibreOffice here and no right to install it: the tests of templates in it will be SKIPPED" >&2
fi
