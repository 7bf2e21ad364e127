/**
 * Shell script (POSIX sh, run as root of a fresh user and mount namespace) that gives a process a root folder of its
 * own and becomes the command in its arguments. In it are the system's programs and libraries, read-only, the
 * processes of its own namespace, and two harmless devices; nothing else of this machine, neither files nor sockets.
 */
export const OWN_ROOT_SCRIPT = `set -e
mount -t tmpfs -o size=16k,nr_inodes=64,mode=0755 skerry /tmp
cd /tmp
mkdir proc dev usr old
for name in bin sbin lib lib64; do
  if [ -L "/$name" ]; then
    ln -s "usr/$name" "$name"
  elif [ -d "/$name" ]; then
    mkdir "$name"
    mount --rbind "/$name" "$name"
    mount -o remount,bind,ro "$name"
  fi
done
mount --rbind /usr usr
mount -o remount,bind,ro usr
for name in null urandom; do
  : > "dev/$name"
  mount --bind "/dev/$name" "dev/$name"
done
mount -t proc -o nosuid,nodev,noexec proc proc
pivot_root . old
umount -l /old
mount -o remount,bind,ro /
cd /
exec env -i TZ=UTC "$@"
`;
