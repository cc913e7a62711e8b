#!/bin/busybox sh
# The first process of the guest that tools/boot-linux starts: makes the usual file systems
# and hands over to busybox's init, so that poweroff, reboot and orphans work as elsewhere.
export PATH=/bin HOME=/root
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev 2>/dev/null
mkdir -p /dev/pts /run /tmp
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
hostname zither
ip link set lo up 2>/dev/null
exec init
