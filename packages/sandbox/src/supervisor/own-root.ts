/**
 * Shell script (POSIX sh, run as root of a fresh user and mount namespace) that gives a process a root folder of its
 * own and becomes the command in its arguments. In it are the system's programs and libraries, read-only, the
 * processes of its own namespace, and two harmless devices; nothing else of this machine, neither files nor sockets.
 *
 * One command mounts all of it, by a table, because starting a command takes longer than mounting: `mount` reads the
 * whole table first, and `proc` comes to lie over it.
 */
export const OWN_ROOT_SCRIPT = `set -e
mount -t tmpfs -o size=16k,nr_inodes=64,mode=0755 skerry /tmp
cd /tmp
links=
folders=usr
for name in bin sbin lib lib64; do
  if [ -L "/$name" ]; then
    links="$links usr/$name"
  elif [ -d "/$name" ]; then
    folders="$folders $name"
  fi
done
mkdir proc dev old $folders
[ -z "$links" ] || ln -s $links .
: > dev/null
: > dev/urandom
{
  for name in $folders; do echo "/$name /tmp/$name none rbind,ro"; done
  echo "/dev/null /tmp/dev/null none bind"
  echo "/dev/urandom /tmp/dev/urandom none bind"
  echo "proc /tmp/proc proc nosuid,nodev,noexec"
} > proc/fstab
mount --all --fstab proc/fstab
pivot_root . old
umount -l /old
mount -o remount,bind,ro /
cd /
exec env -i TZ=UTC "$@"
`;
