# Shared by the scripts of this folder; to be sourced.
# shellcheck shell=bash
set -euo pipefail

HEED_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
HEED_CACHE=${HEED_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/heed}
HEED_DRIVERS=${HEED_DRIVERS:-$HEED_CACHE/drivers}
HEED_BUILD=${HEED_BUILD:-$HEED_ROOT/build/release}

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# step "what is done" command...: one line with the seconds it took; the output is shown only when the command fails.
# The command may be a function of the script, but not where step is tested by if or ||: bash then runs on after the function's errors.
step() {
  local title=$1 log status=0 start=${EPOCHREALTIME/[.,]/}
  shift
  log=$(mktemp)
  printf '==> %s ... ' "$title" >&2
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1 </dev/null
  status=$?
  set -e
  local ms=$(((${EPOCHREALTIME/[.,]/} - start) / 1000))
  if ((status == 0)); then
    printf '%d.%d s\n' $((ms / 1000)) $((ms % 1000 / 100)) >&2
  else
    printf 'failed (exit status %d)\n' "$status" >&2
    tail -n 60 "$log" >&2
  fi
  rm -f "$log"
  return "$status"
}

# The distribution's name and release word: "debian bookworm", "ubuntu jammy", or "unknown unknown".
distribution() {
  # shellcheck disable=SC1091
  (. /etc/os-release 2>/dev/null && echo "${ID:-unknown} ${VERSION_CODENAME:-unknown}") || echo "unknown unknown"
}

in_ci() { [[ ${CI:-} == true ]]; }

# build TARGET...: everything between a fresh clone and built targets.
build() {
  "$HEED_ROOT/scripts/setup"
  local arguments=(-S "$HEED_ROOT" -B "$HEED_BUILD" -G Ninja -DCMAKE_BUILD_TYPE=Release)
  ! in_ci || arguments+=(-DHEED_WERROR=ON)
  [[ -f $HEED_BUILD/build.ninja ]] || step "Configuring ${HEED_BUILD#"$HEED_ROOT"/}" cmake "${arguments[@]}"
  step "Building $*" cmake --build "$HEED_BUILD" --target "$@"
}

# A machine with a GPU of its own has a render node (Linux), NVIDIA's device file or WSL's.
has_gpu() { compgen -G '/dev/dri/renderD*' >/dev/null || [[ -e /dev/nvidiactl || -e /dev/dxg ]]; }

# Vulkan programs started from here on see the embedded software device: alone where there is no GPU, beside the GPU's elsewhere.
use_default_device() {
  [[ -z ${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-} ]] || return 0
  local environment
  environment=$("$HEED_ROOT/scripts/drivers" --env lavapipe 2>/dev/null) || return 0 # the machine's own drivers must do
  eval "$environment"
  has_gpu || return 0
  export VK_ADD_DRIVER_FILES=$VK_DRIVER_FILES
  unset VK_DRIVER_FILES VK_ICD_FILENAMES
}
