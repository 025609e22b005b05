/**
 * An ffmpeg that does what it is told by a test: a shell script to be given to the engine as its `--ffmpeg`. It becomes
 * the real one at once, unless it is to *decode* an asset for which a fault is ordered; probes, the engine's proof and
 * all other assets never notice. Orders are files in a folder, read by each decoder as it starts.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spawnPrefix } from '../../src/media/child-prefix.js';

/** What goes wrong with a decoder. "Some frames" are those that the order says, then it happens. */
export type Fault =
  /** It says why on stderr and exits with code 1, without a frame. */
  | 'exit1'
  /** Exit code 0 after some frames. */
  | 'exit0-early'
  /** SIGSEGV after some frames. */
  | 'segv'
  /** Some frames and half of another, then the end of the stream and exit code 0. */
  | 'half-frame'
  /** Some frames, then such as are led by no mark, for ever. */
  | 'shifted'
  /** Pictures of 160x90, whatever is ordered. */
  | 'wrong-size'
  /** It decodes as it should, and writes to stderr without end or pause. */
  | 'endless-stderr'
  /** The asset over and over, beyond what is ordered. */
  | 'endless-output'
  /** Half as fast as it airs. */
  | 'slow'
  /** Its input is a FIFO that nobody writes to. */
  | 'fifo'
  /** It decodes as it should, and afterwards stays until it is killed: `q` and SIGTERM are nothing to it. */
  | 'ignores-term';

export interface WaywardFfmpeg {
  /** The script. */
  readonly path: string;
  /** Orders a fault for the coming decoders of an asset, which is named by its base name. */
  spoil(
    asset: string,
    order: {
      readonly fault: Fault;
      /** How many decoders suffer it; all of them, until {@link heal}, if that is left out. */
      readonly decoders?: number;
      /** How many frames there are before it happens. */
      readonly frames?: number;
    },
  ): void;
  heal(asset: string): void;
  /** How many decoders of this asset have suffered a fault so far. */
  spoiled(asset: string): number;
  /** Takes the program away, as a package manager does, and puts it back. */
  remove(): void;
  putBack(): void;
}

/**
 * @param folder where it may put its files; the caller's to remove
 * @param frameBytes of one frame as the engine under test orders them, with its mark
 */
export function waywardFfmpeg(
  folder: string,
  real: { readonly path: string },
  frameBytes: number,
): WaywardFfmpeg {
  const orders = path.join(folder, 'wayward');
  mkdirSync(orders);
  const program = path.join(folder, 'ffmpeg');
  writeFileSync(program, script(real.path, orders, frameBytes));
  chmodSync(program, 0o755);
  const orderOf = (asset: string) => path.join(orders, `${asset}.order`);
  return {
    path: program,
    spoil(asset, { fault, decoders = -1, frames = 0 }) {
      // In one step: a decoder may start at any moment.
      writeFileSync(`${orderOf(asset)}.new`, `${fault} ${decoders} ${frames}\n`);
      renameSync(`${orderOf(asset)}.new`, orderOf(asset));
    },
    heal: (asset) => rmSync(orderOf(asset), { force: true }),
    spoiled(asset) {
      try {
        return readFileSync(path.join(orders, `${asset}.suffered`)).length;
      } catch {
        return 0; // None has.
      }
    },
    remove: () => renameSync(program, `${program}.away`),
    putBack: () => renameSync(`${program}.away`, program),
  };
}

/**
 * Only what the shell has built in runs before the real one takes over: that costs 1 ms. What does not take its place is
 * bound to it, so that it stays behind in no case.
 */
function script(real: string, orders: string, frameBytes: number): string {
  const bound = spawnPrefix().map(quoted).join(' ');
  return `#!/bin/sh
real=${quoted(real)}
orders=${quoted(orders)}

# The engine's decoders are the only ones that filter what comes from a file.
input= filters= before=
for argument do
  case $before in
    -i) input=$argument ;;
    -vf) filters=$argument ;;
  esac
  before=$argument
done
asset=\${input##*/}
if [ -z "$filters" ] || [ ! -e "$orders/$asset.order" ]; then exec "$real" "$@"; fi

read -r fault decoders frames <"$orders/$asset.order"
if [ "$decoders" -eq 1 ]; then rm "$orders/$asset.order"
elif [ "$decoders" -gt 1 ]; then echo "$fault $((decoders - 1)) $frames" >"$orders/$asset.order"
fi
printf x >>"$orders/$asset.suffered"

# The same command line, changed where the fault wants it.
arguments=$# before=
while [ "$arguments" -gt 0 ]; do
  argument=$1
  shift
  arguments=$((arguments - 1))
  case $fault:$before in
    exit0-early:-frames:v | segv:-frames:v | shifted:-frames:v) set -- "$@" "$frames" ;;
    endless-output:-frames:v | half-frame:-frames:v) set -- "$@" 1000000 ;;
    wrong-size:-vf) set -- "$@" "$argument,scale=160:90" ;;
    fifo:-i) set -- "$@" "file:$orders/$asset.fifo" ;;
    *)
      case $fault:$argument in
        slow:-i) set -- "$@" -readrate 0.5 ;;
        endless-output:-i) set -- "$@" -stream_loop -1 ;;
      esac
      set -- "$@" "$argument"
      ;;
  esac
  before=$argument
done

case $fault in
  exit1)
    echo "$asset: the wayward ffmpeg gives up" >&2
    exit 1
    ;;
  segv)
    ${bound} "$real" "$@"
    kill -s SEGV $$
    ;;
  half-frame) ${bound} "$real" "$@" 2>/dev/null | head -c $((frames * ${frameBytes} + ${Math.floor(frameBytes / 2)})) ;;
  shifted)
    ${bound} "$real" "$@"
    exec ${bound} cat /dev/zero
    ;;
  endless-stderr)
    ${bound} yes "$asset: the wayward ffmpeg complains" >&2 &
    exec "$real" "$@"
    ;;
  fifo)
    [ -p "$orders/$asset.fifo" ] || mkfifo "$orders/$asset.fifo"
    exec "$real" "$@"
    ;;
  ignores-term)
    trap '' TERM
    ${bound} "$real" "$@" </dev/null
    while :; do ${bound} sleep 61; done
    ;;
  *) exec "$real" "$@" ;;
esac
`;
}

/** One word of the shell, whatever it is. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
