#!/bin/sh
# Node and npm as packages of the npm registry, into the folder that the image is built from.
set -eu
cd "$1"
fetch() { # PACKAGE NAME: its folder becomes NAME
  mkdir unpacked
  tar --extract --gzip --file "$(npm pack --silent "$1")" --directory unpacked
  mv unpacked/package "unpacked/$2"
  tar --create --gzip --file "$2.tgz" --owner=0 --group=0 --directory unpacked "$2"
  rm -r unpacked
}
case $(uname -m) in aarch64) machine=arm64 ;; *) machine=x64 ;; esac
fetch "node-linux-$machine@20.20.2" node
fetch npm@10.8.2 npm
