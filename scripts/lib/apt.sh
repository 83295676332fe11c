# Packages of the machine's own distribution without installing them, and without root: a private apt state whose sources are
# the machine's own mirrors. To be sourced after common.sh.
# shellcheck shell=bash

# apt_private WORK SUITE...: prepares apt in folder WORK for the machine's own suites and the extra SUITEs (on the same mirror).
apt_private() {
  local work=$1 id codename key uri release alias component suite name
  shift
  read -r id codename < <(distribution)
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  cp -f /var/lib/apt/lists/*_* "$work/lists/" 2>/dev/null || true # spares most of the download
  key=/usr/share/keyrings/$id-archive-keyring.gpg
  [[ -f $key ]] && key="[signed-by=$key] " || key=
  # shellcheck disable=SC2016  # the $(WORDS) are apt's
  apt-get indextargets 'Created-By: Packages' --format '$(REPO_URI) $(RELEASE) $(CODENAME) $(COMPONENT)' | sort -u |
    while read -r uri release alias component; do # the release may be written "stable"; its alias is the codename then
      for name in "$release" "$alias"; do
        case $name in "$codename" | "$codename"-updates | "$codename"-security) ;; *) continue ;; esac
        echo "deb $key$uri $release $component"
        [[ $name != "$codename" ]] || for suite in "$@"; do echo "deb $key$uri $suite $component"; done
        break
      done
    done >"$work/sources.list"
  [[ -s $work/sources.list ]] || die "apt's sources name no mirror of $id $codename, so there is nowhere to download from"
  cat >"$work/apt.conf" <<END
Dir::Etc::SourceList "$work/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "$work/lists";
Dir::Cache "$work/cache";
APT::Sandbox::User "$(id -un)";
APT::Install-Recommends "false";
Acquire::Languages "none";
Debug::NoLocking "true";
END
  APT_CONFIG=$work/apt.conf apt-get -q update
}

# apt_unpack WORK TARGET PACKAGE[/SUITE]...: the packages, and what the machine lacks of their dependencies, unpacked under TARGET.
apt_unpack() {
  local work=$1 target=$2 deb
  shift 2
  rm -f "$work"/cache/archives/*.deb
  APT_CONFIG=$work/apt.conf apt-get -q -y --download-only --reinstall install "$@"
  mkdir -p "$target"
  for deb in "$work"/cache/archives/*.deb; do dpkg -x "$deb" "$target"; done
}

# apt_extract WORK TARGET PACKAGE PATTERN...: only the files matching the patterns, out of one package.
apt_extract() {
  local work=$1 target=$2 package=$3
  shift 3
  mkdir -p "$target"
  (cd "$work" && APT_CONFIG=apt.conf apt-get -q download "$package")
  dpkg-deb --fsys-tarfile "$work/${package%/*}"_*.deb | tar -x -C "$target" --wildcards "$@"
  rm -f "$work/${package%/*}"_*.deb
}
