// The network's kernels, and what runs a tape of them. src/network/tape.ts writes tapes and says what an instruction's words are.
import { activateRow } from './activation';
import { depthwise, depthwise3, depthwise3Halving, depthwise5, depthwise5Halving } from './depthwise';
import { packConvolution, packDepthwise, packTransposed, packVector } from './pack';
import { pointwise } from './pointwise';
import { doubleRow, resizeRow } from './resize';
import { addScaled, addToSums, combine, copyChannels, gateWeights } from './rows';
import { transposedToOne } from './transposed';
import { windows } from './windows';

export { confine } from './rows';

/** A word of an instruction as an address or a number of bytes. */
function at(words: usize, index: i32): usize {
  return load<u32>(words + 4 * index);
}

/** A word of an instruction as a count. */
function count(words: usize, index: i32): i32 {
  return load<i32>(words + 4 * index);
}

/** Counts the incompatible changes of the instructions; the loader compares it with its own. */
export function version(): i32 {
  return 1;
}

/**
 * Runs the instructions from `tape` to `end`. Each begins with a word of its kernel (the low byte) and how many words it has
 * (the rest); nothing is checked.
 *
 * @param input - Where the network's input is.
 */
export function run(tape: usize, end: usize, input: usize): void {
  while (tape < end) {
    const header = load<u32>(tape);
    const w = tape + 4;
    switch (header & 255) {
      case 0:
        memory.fill(at(w, 0), 0, at(w, 1));
        break;
      case 1:
        memory.copy(at(w, 0), input + at(w, 1), at(w, 2));
        break;
      case 2:
        copyChannels(at(w, 0), at(w, 1), at(w, 2), at(w, 3), count(w, 4), count(w, 5), count(w, 6));
        break;
      case 3:
        pointwise(
          at(w, 0),
          at(w, 1),
          at(w, 2),
          at(w, 3),
          at(w, 4),
          count(w, 5),
          count(w, 6),
          count(w, 7),
          count(w, 8),
          at(w, 9),
          at(w, 10),
        );
        break;
      case 4:
        windows(
          w + 36,
          count(w, 0),
          count(w, 1),
          at(w, 2),
          at(w, 3),
          at(w, 4),
          count(w, 5),
          count(w, 6),
          count(w, 7),
          at(w, 8),
        );
        break;
      case 5:
        depthwise3(w + 24, at(w, 0), at(w, 1), count(w, 2), count(w, 3), count(w, 4), at(w, 5));
        break;
      case 6:
        depthwise3Halving(w + 24, at(w, 0), at(w, 1), count(w, 2), count(w, 3), count(w, 4), at(w, 5));
        break;
      case 7:
        depthwise5(w + 24, at(w, 0), at(w, 1), count(w, 2), count(w, 3), count(w, 4), at(w, 5));
        break;
      case 8:
        depthwise5Halving(w + 24, at(w, 0), at(w, 1), count(w, 2), count(w, 3), count(w, 4), at(w, 5));
        break;
      case 9:
        depthwise(
          w + 32,
          count(w, 6),
          at(w, 7),
          at(w, 0),
          at(w, 1),
          count(w, 2),
          count(w, 3),
          count(w, 4),
          at(w, 5),
        );
        break;
      case 10:
        transposedToOne(at(w, 0), at(w, 1), at(w, 2), at(w, 3), count(w, 4), count(w, 5), count(w, 6));
        break;
      case 11:
        addToSums(at(w, 0), at(w, 1), count(w, 2), count(w, 3));
        break;
      case 12:
        addScaled(at(w, 0), load<f32>(w + 4), at(w, 2), count(w, 3), count(w, 4) !== 0);
        break;
      case 13:
        gateWeights(at(w, 0), at(w, 1), at(w, 2), count(w, 3), count(w, 4));
        break;
      case 14:
        combine(
          count(w, 0) !== 0,
          at(w, 1),
          at(w, 2),
          at(w, 3),
          at(w, 4),
          count(w, 5),
          count(w, 6),
          count(w, 7),
        );
        break;
      case 15:
        activateRow(at(w, 0), at(w, 1), count(w, 2), count(w, 3));
        break;
      case 16:
        doubleRow(at(w, 0), at(w, 1), at(w, 2), at(w, 3), at(w, 4), count(w, 5), count(w, 6));
        break;
      case 17:
        resizeRow(
          at(w, 0),
          at(w, 1),
          load<f32>(w + 8),
          at(w, 3),
          at(w, 4),
          count(w, 5),
          count(w, 6),
          at(w, 7),
          count(w, 8),
          count(w, 9),
        );
        break;
      case 18:
        packConvolution(
          at(w, 0),
          count(w, 1) !== 0,
          at(w, 2),
          count(w, 3) !== 0,
          at(w, 4),
          count(w, 5),
          count(w, 6),
          count(w, 7),
          count(w, 8),
          count(w, 9),
        );
        break;
      case 19:
        packDepthwise(
          at(w, 0),
          count(w, 1) !== 0,
          at(w, 2),
          count(w, 3) !== 0,
          at(w, 4),
          count(w, 5),
          count(w, 6),
        );
        break;
      case 20:
        packTransposed(at(w, 0), count(w, 1) !== 0, at(w, 2), count(w, 3) !== 0, at(w, 4), count(w, 5));
        break;
      case 21:
        packVector(at(w, 0), count(w, 1) !== 0, at(w, 2), count(w, 3), count(w, 4));
        break;
      default:
        unreachable();
    }
    tape += (header >> 8) << 2;
  }
}
