# shellcheck shell=bash
# Sourced by the other scripts: makes .venv and installs the servers that tests talk to.
# Does nothing, quickly and silently, when there is nothing to do.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

readonly VENV=.venv
readonly EVERYTHING=embedded,dashboards,plots,dev
readonly OLDEST_PYTHON=3.11

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# setup_venv EXTRAS: make .venv hold the project, editable, with these extras (comma-separated).
setup_venv() {
    local stamp
    stamp="$(_fingerprint)"
    if _is_installed "$1" "$stamp" || _is_installed "$EVERYTHING" "$stamp"; then
        return
    fi
    say "Setting up $VENV with [$1]; this takes a minute the first time."
    if ! "$VENV/bin/python" -c '' 2>/dev/null; then
        _make_venv
    fi
    # Wheels only: nothing is compiled here, and no package runs code while it is installed. The
    # one exception is a single pure Python file that is published as source alone.
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check \
        --only-binary=:all: --no-binary=psychrolib -c constraints.txt -e ".[$1]"
    printf '%s\n' "$stamp" >"$VENV/.snowgrid-$1"
}

# setup_servers: install the servers and the browser that tests start, as far as they are missing.
setup_servers() {
    local -a missing=()
    _have mosquitto || missing+=(mosquitto)
    _have influxd || missing+=(influxdb)
    _have victoria-metrics || missing+=(victoria-metrics)
    _have prometheus-alertmanager || missing+=(prometheus-alertmanager)
    _have chromium || missing+=(chromium)
    if ((${#missing[@]} == 0)); then
        return
    fi
    if ! _apt_install "${missing[@]}"; then
        say "Not installed: ${missing[*]}. Tests that need them are skipped (on CI they fail)." \
            "On Debian: sudo apt-get install ${missing[*]}"
    fi
}

# What an environment was made from; it is also bound to the place where it was made.
_fingerprint() { { pwd && cat pyproject.toml constraints.txt; } | sha256sum | cut -d' ' -f1; }

_is_installed() { [[ "$(cat "$VENV/.snowgrid-$1" 2>/dev/null)" == "$2" ]]; }

_have() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null; }

_make_venv() {
    local python
    python="$(_python)" || fail "Snowgrid needs Python $OLDEST_PYTHON or newer, and found none."
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        _apt_install python3-venv ||
            fail "$python cannot make virtual environments. On Debian: sudo apt-get install python3-venv"
    fi
    "$python" -m venv --clear "$VENV"
}

_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c "import sys; sys.exit(sys.version_info < (${OLDEST_PYTHON/./, }))" \
            2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

# _apt_install PACKAGE...: install without starting services. Fails when that is not possible here.
_apt_install() {
    local -a root=()
    if ((EUID != 0)); then
        sudo -n true 2>/dev/null || return 1
        root=(sudo -n)
    fi
    command -v apt-get >/dev/null || return 1
    say "Installing $* with apt-get."
    "${root[@]}" bash -s -- "$@" <<'AS_ROOT'
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
log="$(mktemp)"
remove=("$log")
trap 'rm -f "${remove[@]}"' EXIT
if [[ ! -e $policy ]]; then # tells packages not to start their services
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    remove+=("$policy")
fi
install() { apt-get install --yes --quiet --no-install-recommends "$@" >>"$log" 2>&1; }
if ! install "$@" && ! { apt-get update --quiet >>"$log" 2>&1 && install "$@"; }; then
    tail -n 20 "$log" >&2
    exit 1
fi
if command -v systemctl >/dev/null; then
    for package in "$@"; do # nor at the next boot; some of these are no services
        systemctl disable --quiet "$package" 2>/dev/null || true
    done
fi
AS_ROOT
}
