const en = {
  office: 'Bright office',
  sunlit: 'Sunlit wall',
  loft: 'Brick loft',
  library: 'Library',
  rain: 'Rainy window',
  night: 'City at night',
  garden: 'Garden',
  mountains: 'Mountain dawn',
  beach: 'Beach',
  snow: 'Snowfall',
  studio: 'Studio light',
  curtain: 'Stage curtain',
} as const;

/** The id of a drawn background, under which a choice is stored. */
export type DrawnBackgroundId = keyof typeof en;

type Titles = Readonly<Record<DrawnBackgroundId, string>>;

const de: Titles = {
  office: 'Helles Büro',
  sunlit: 'Sonnige Wand',
  loft: 'Backstein-Loft',
  library: 'Bibliothek',
  rain: 'Regenfenster',
  night: 'Stadt bei Nacht',
  garden: 'Garten',
  mountains: 'Bergmorgen',
  beach: 'Strand',
  snow: 'Schneefall',
  studio: 'Studiolicht',
  curtain: 'Vorhang',
};

/** The titles of the drawn backgrounds, by language. */
export const GALLERY_TITLES: Readonly<Record<'en' | 'de', Titles>> = { en, de };
