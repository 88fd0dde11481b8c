/** The 21 classes of Pascal VOC 2012 in the order of their numbers. */
export const PASCAL_VOC_CLASSES: readonly string[] = [
  'background',
  'aeroplane',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'bus',
  'car',
  'cat',
  'chair',
  'cow',
  'diningtable',
  'dog',
  'horse',
  'motorbike',
  'person',
  'pottedplant',
  'sheep',
  'sofa',
  'train',
  'tv',
];

/**
 * The Pascal VOC colour map (VOCdevkit, `VOClabelcolormap`): the bits of the class number, from the lowest, are dealt
 * to red, green and blue from the highest bit down. Person (15) is (192, 128, 128).
 *
 * @param classNumber - 0..255.
 * @returns Red, green and blue, 0..255.
 */
export function pascalVocColor(classNumber: number): readonly [red: number, green: number, blue: number] {
  const color: [number, number, number] = [0, 0, 0];
  for (let shift = 7, index = classNumber; index > 0; shift--, index >>= 3) {
    color[0] |= (index & 1) << shift;
    color[1] |= ((index >> 1) & 1) << shift;
    color[2] |= ((index >> 2) & 1) << shift;
  }
  return color;
}
