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

# Images are layers: what a package client may fetch again is not kept, and no service is started by an installation.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
printf 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };\nAcquire::Languages "none";\n' \
  >"$root/etc/apt/apt.conf.d/image"
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/image"
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/log/* "$root"/dev/*
rm -f "$root/etc/resolv.conf" "$root/etc/hostname"

tar --create --file "$tar.part" --numeric-owner --one-file-system --exclude=./proc/* --directory "$root" .
mv "$tar.part" "$tar"
