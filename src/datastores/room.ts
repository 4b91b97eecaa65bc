import { sh, type Command } from '../shell/command.js';

/** No file may take more than nine tenths of what is free: the database needs the rest. */
export const leaveRoom = (directory: string): Command =>
  sh`free=$(df -Pk ${directory} | awk 'NR == 2 { print $4 }') && ulimit -f $((free / 10 * 18))`;

/**
 * Ends the shell's whole process group before the disk of `place` is full, and says so: a server that cannot write stops
 * serving. A tenth of the disk is left, at most 2 GB, and at least a quarter of what was free. Meanwhile it tells every
 * other second how much is taken. `watcher` is its pid; it ends with the group.
 */
export const keepFree = (place: string): Command => sh`place=${place}
until [ -d "$place" ]; do place=$(dirname "$place"); done
room() { df -Pk "$place" | awk 'NR == 2 { print $2, $4 }'; }
set -- $(room)
first=$2 least=$(($1 / 10))
[ "$least" -le 2000000 ] || least=2000000
[ "$least" -le $((first / 4)) ] || least=$((first / 4))
(
  taken=0
  while sleep 1; do
    set -- $(room)
    if [ "$2" -lt "$least" ]; then
      echo "stopped, as the server's disk has only $(($2 / 1024)) MB left: give it more room, or import less" >&2
      trap '' TERM; kill -TERM 0; exit
    fi
    now=$(((first - $2) / 1024))
    [ "$now" -le "$taken" ] || { taken=$now; echo "$taken MB taken on the disk"; }
  done
) 3>&- &
watcher=$!`;

/** A line of JSON with the bytes that are free where each of `places` is going to be. */
export const tellFree = (places: readonly string[]): Command => sh`for place in ${places}; do
  until [ -d "$place" ]; do place=$(dirname "$place"); done
  df -Pk "$place" | awk 'NR == 2 { printf "{\\"free\\": %.0f}\\n", $4 * 1024 }'
done`;
