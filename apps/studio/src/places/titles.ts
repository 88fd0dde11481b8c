/** What the places are called. */
export const TITLES = {
  en: {
    office: 'Bright office',
    sunlit: 'Sunlit wall',
    loft: 'Brick loft',
    library: 'Library',
    rain: 'Rain at the window',
    night: 'City at night',
    garden: 'Garden',
    mountains: 'Mountains at dawn',
    beach: 'Beach',
    snow: 'Snowfall',
    studio: 'Studio light',
    curtain: 'Stage curtain',
  },
  de: {
    office: 'Helles Büro',
    sunlit: 'Sonnige Wand',
    loft: 'Backstein-Loft',
    library: 'Bibliothek',
    rain: 'Regen am Fenster',
    night: 'Stadt bei Nacht',
    garden: 'Garten',
    mountains: 'Berge im Morgenlicht',
    beach: 'Strand',
    snow: 'Schneefall',
    studio: 'Studiolicht',
    curtain: 'Bühnenvorhang',
  },
} as const;

/** The name of a place in the code. */
export type PlaceId = keyof (typeof TITLES)['en'];
