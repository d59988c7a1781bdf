# shellcheck shell=bash
# shellcheck disable=SC2034 # the lists of packages are used by the commands that source this
# What run, test and build share: they look at the machine and add only what is missing. Sourced, never run.
#
# Kept to bash 3.2 and to options that macOS has too, save in what concerns Debian or a virtual screen.

project_root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
environment=$project_root/.venv
# A symbolic link to the number of the process that works on .venv. It outlives that process only if it was interrupted.
working_mark=$project_root/.venv.being-set-up

export PIP_DISABLE_PIP_VERSION_CHECK=1
export PIP_NO_INPUT=1

# "a|b" is one thing that has another name in another release.
# Qt's libraries link against these, whatever the platform plugin.
qt_packages=(libgl1 libegl1 'libglib2.0-0t64|libglib2.0-0' libfontconfig1 libxkbcommon0 libdbus-1-3)
# Qt's plugins for X11 link against these; they bring the rest of what it needs.
screen_packages=(libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libx11-xcb1)
# Those for Wayland against these; without them Qt falls back to X11.
wayland_packages=(libwayland-cursor0 libwayland-egl1)
# Values in browsers are in every script; with DejaVu alone Chinese, Japanese, Korean and emoji are boxes.
font_packages=(fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji)

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "session-monitor: $*"
    exit 1
}

# has_any PROGRAM...: whether one of them can be started by its name.
has_any() {
    local program
    for program in "$@"; do
        if command -v "$program" >/dev/null; then
            return 0
        fi
    done
    return 1
}

# --- System packages: Debian, Ubuntu ---

# missing_packages PACKAGE...: prints, one a line, those of which no alternative is installed.
missing_packages() {
    local installed wanted name names alternatives
    IFS='|' read -r -a names <<<"$(IFS='|' && printf '%s' "$*")"
    # It exits with 1 when there is a name it does not know; those it knows it prints all the same.
    installed=$(dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' "${names[@]}" 2>/dev/null || true)
    for wanted in "$@"; do
        IFS='|' read -r -a alternatives <<<"$wanted"
        for name in "${alternatives[@]}"; do
            if [[ $'\n'$installed$'\n' == *$'\n'"installed $name"$'\n'* ]]; then
                continue 2
            fi
        done
        printf '%s\n' "$wanted"
    done
}

# names_in_this_release PACKAGE...: prints, one a line, the alternative that apt knows; the last one where it knows none.
names_in_this_release() {
    local wanted name alternatives
    for wanted in "$@"; do
        IFS='|' read -r -a alternatives <<<"$wanted"
        for name in "${alternatives[@]}"; do
            if apt-cache show --no-all-versions "$name" >/dev/null 2>&1; then
                break
            fi
        done
        printf '%s\n' "$name"
    done
}

# as_root COMMAND...: with no command it only tells whether it could run one.
as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    # Without a terminal sudo cannot ask for a password.
    elif command -v sudo >/dev/null && { [[ -t 0 && -t 2 ]] || sudo --non-interactive true 2>/dev/null; }; then
        sudo "${@:-true}"
    else
        return 1
    fi
}

lists_are_fresh=no

# install_packages PACKAGE...: as root; what apt says is shown only if it fails.
install_packages() {
    local names log
    log=$(mktemp)
    if [[ $lists_are_fresh == no ]]; then
        # If a repository cannot be reached, these packages may still come from another: installing them will tell.
        as_root apt-get -q update >"$log" 2>&1 </dev/null || true
        lists_are_fresh=yes
    fi
    mapfile -t names < <(names_in_this_release "$@")
    # A fresh machine may be busy updating itself: wait for the other apt.
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends "${names[@]}" >>"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        say "apt-get could not install ${names[*]}. The whole of what it said is in $log"
        return 1
    fi
    rm -f "$log"
}

# add_system_packages NEEDED... [wished WISHED...]: on Debian and Ubuntu installs those that are missing. Where that
# cannot be done it says what to run, and ends if a needed one is missing. On systems without apt it does nothing.
add_system_packages() {
    local needed=() wished missing missing_needed names
    while [[ $# -gt 0 && $1 != wished ]]; do
        needed+=("$1")
        shift
    done
    wished=("${@:2}")
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        return 0
    fi
    mapfile -t missing < <(missing_packages "${needed[@]}" "${wished[@]}")
    if [[ ${#missing[@]} == 0 ]]; then
        return 0
    fi
    mapfile -t missing_needed < <(missing_packages "${needed[@]}")
    if ! as_root; then
        mapfile -t names < <(names_in_this_release "${missing[@]}")
        say "System packages are missing, and there is neither root nor sudo to add them with. Please run"
        say "    sudo apt-get update && sudo apt-get install --no-install-recommends ${names[*]}"
        [[ ${#missing_needed[@]} == 0 ]] || fail "cannot go on without ${missing_needed[*]//|/ or }"
        return 0
    fi
    say "Adding system packages: ${missing[*]//|/ or }"
    if ! install_packages "${missing[@]}" && [[ ${#missing_needed[@]} -gt 0 ]]; then
        install_packages "${missing_needed[@]}" || fail "cannot go on without them"
    fi
}

# --- Python ---

pythons='python3 python3.14 python3.13 python3.12 python3.11 python'

# Prints the first Python that is new enough, preferring one that can make virtual environments.
find_python() {
    local candidate second_best=
    for candidate in ${PYTHON:-$pythons}; do
        if "$candidate" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 </dev/null; then
            if "$candidate" -I -c 'import ensurepip, venv' >/dev/null 2>&1; then
                printf '%s\n' "$candidate"
                return 0
            fi
            second_best=${second_best:-$candidate}
        fi
    done
    printf '%s\n' "$second_best"
}

make_virtual_environment() {
    local python version
    python=$(find_python)
    if [[ -z $python ]]; then
        fail "Python 3.11 or newer is needed; tried: ${PYTHON:-$pythons}." \
            "Install one (Debian 12, Ubuntu 24.04 or newer: sudo apt-get install python3-venv; macOS: brew install python)" \
            "or name one: PYTHON=/path/to/python3 $0"
    fi
    if ! "$python" -I -c 'import ensurepip, venv' >/dev/null 2>&1; then
        # Debian keeps these two modules in a package of their own.
        version=$("$python" -I -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
        add_system_packages "$version-venv"
        "$python" -I -c 'import ensurepip, venv' || fail "$python cannot make virtual environments: its module venv or ensurepip is missing"
    fi
    rm -rf -- "$environment"
    "$python" -m venv "$environment"
}

# Prints what an installation made now would depend on: the interpreter, where the checkout stands, pyproject.toml.
# Fails if the interpreter of .venv, or its pip, is broken.
describe_installation() {
    "$environment/bin/python" -I -c '
import hashlib, importlib.util, pathlib, sys
root = pathlib.Path(sys.argv[1])
if sys.version_info < (3, 11) or sys.prefix == sys.base_prefix or importlib.util.find_spec("pip") is None:
    sys.exit(1)
print(root)
print(sys.version)
print(hashlib.sha256((root / "pyproject.toml").read_bytes()).hexdigest())
' "$project_root" 2>/dev/null
}

# Whether .venv holds the project with this extra, as pyproject.toml has it now.
is_installed() {
    local stamp=$environment/.installed-$1 description
    [[ -f $stamp ]] && description=$(describe_installation) && [[ $(<"$stamp") == "$description" ]]
}

# Whether .venv can be kept: a working interpreter with pip, whose scripts were not made for another place.
is_usable() {
    local stamp made_for
    describe_installation >/dev/null || return 1
    for stamp in "$environment"/.installed-*; do
        if [[ -f $stamp ]]; then
            read -r made_for <"$stamp"
            [[ $made_for == "$project_root" ]] || return 1
        fi
    done
}

# Whether the process of this number is a set-up at work, and not one that took over the number since.
is_setting_up() {
    local command
    [[ $1 != "$$" ]] && kill -0 "$1" 2>/dev/null || return 1
    if [[ -r /proc/$1/cmdline ]]; then
        command=$(tr '\0' ' ' <"/proc/$1/cmdline")
    else
        command=$(ps -o command= -p "$1")
    fi
    [[ $command == *bash* ]]
}

# Returns when this process is the one that works on .venv; fails if the last one was interrupted at it.
begin_work() {
    local worker told=
    # Making a symbolic link fails if there is one: of two that try, one succeeds.
    while ! ln -s "$$" "$working_mark" 2>/dev/null; do
        worker=$(readlink "$working_mark") || continue
        if ! is_setting_up "$worker"; then
            rm -f -- "$working_mark"
            ln -s "$$" "$working_mark" 2>/dev/null || continue
            return 1
        fi
        [[ -n $told ]] || say "Another set-up (process $worker) is at work on .venv: waiting for it."
        told=yes
        sleep 0.3
    done
}

end_work() {
    rm -f -- "$working_mark"
}

# set_up EXTRA: makes or mends .venv and installs the project with that extra of pyproject.toml; "run" is none.
set_up() {
    local extra=$1 requirement=. status=0 description
    if [[ ! -L $working_mark ]] && is_installed "$extra"; then
        return 0
    fi
    [[ $extra == run ]] || requirement=".[$extra]"
    # Whatever ends this half way leaves the mark behind, so that the next set-up starts over.
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if ! begin_work; then
        say "An earlier set-up did not finish: making .venv again."
        make_virtual_environment
    elif ! is_usable; then
        say "Making .venv"
        make_virtual_environment
    elif is_installed "$extra"; then
        end_work
        return 0
    fi
    say "Installing into .venv what pyproject.toml names (a minute or so the first time)"
    (cd "$project_root" && "$environment/bin/python" -m pip install --quiet --editable "$requirement" </dev/null >&2) || status=$?
    if [[ $status != 0 ]]; then
        # pip undoes its work when something goes wrong, but not when it is killed.
        [[ $status -ge 128 ]] || end_work
        fail "pip could not install the project; what it said stands above"
    fi
    # "run" is part of every extra.
    description=$(describe_installation)
    printf '%s\n' "$description" >"$environment/.installed-run"
    printf '%s\n' "$description" >"$environment/.installed-$extra"
    end_work
    trap - INT TERM
}

# --- Surroundings ---

# Qt warns where the locale is not UTF-8, and a bare machine has none.
settle_locale() {
    case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
        '' | C | POSIX) export LC_ALL=C.UTF-8 ;;
    esac
}

has_screen() {
    [[ $(uname -s) != Linux || -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} ]]
}

# Starts Xvfb and sets DISPLAY. It ends when this process ends, and not before, whatever program that has become by exec.
use_virtual_screen() {
    local number screen_process complaints
    complaints=$(mktemp)
    # In a session of its own, so that Ctrl+C reaches the app and not the screen under it.
    exec 8< <(exec setsid Xvfb -displayfd 1 -screen 0 1600x1000x24 -nolisten tcp -noreset 2>"$complaints")
    screen_process=$!
    if ! read -r -t 30 -u 8 number; then
        cat "$complaints" >&2
        kill "$screen_process" 2>/dev/null || true
        fail "the virtual screen (Xvfb) did not start"
    fi
    exec 8<&-
    rm -f "$complaints"
    export DISPLAY=:$number
    # The writing end of this pipe stays open in whatever this process becomes, and is closed with it, even by SIGKILL.
    # shellcheck disable=SC2016 # $1 is for the inner bash
    exec 9> >(exec setsid bash -c 'cat >/dev/null; kill "$1"' watch "$screen_process")
}
