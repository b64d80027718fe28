#!/bin/sh
# Makes the root file system of Debian 13 as a tar: make.sh TAR. Run where mounts may be left behind.
set -eu
tar=$1
root=$(mktemp -d "$(dirname "$tar")/root.XXXXXX")
mount -t tmpfs -o mode=755 root "$root" # dpkg waits for the disk after each file
trap 'umount -l "$root"; rmdir "$root"' EXIT

debootstrap --variant=minbase --include=ca-certificates trixie "$root"

# Whatever this machine trusts is trusted in the images, also after an update of ca-certificates there.
split=$root/usr/local/share/ca-certificates
bundle=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
if [ -f "$bundle" ]; then
  awk -v folder="$split" '
    /BEGIN CERTIFICATE/ { n++ }
    n { print > (folder "/machine-" n ".crt") }
    /END CERTIFICATE/ { close(folder "/machine-" n ".crt") }' "$bundle"
  chroot "$root" update-ca-certificates >/dev/null 2>&1
fi

# Images are layers: what a package client may fetch again and what nobody reads is not kept, as in Debian's slim image, and
# no service is started by an installation.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cat >"$root/etc/apt/apt.conf.d/image" <<'END'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
END
cat >"$root/etc/dpkg/dpkg.cfg.d/image" <<'END'
force-unsafe-io
path-exclude /usr/share/doc/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
path-include /usr/share/locale/locale.alias
END
rm -rf "$root"/usr/share/doc/* "$root"/usr/share/info/* "$root"/usr/share/man/*
find "$root/usr/share/locale" -mindepth 1 -maxdepth 1 -type d -exec rm -r {} +
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/log/* "$root"/dev/*
rm -f "$root/etc/resolv.conf" "$root/etc/hostname"

tar --create --file "$tar.part" --numeric-owner --one-file-system --exclude=./proc/* --directory "$root" .
mv "$tar.part" "$tar"
