/**
 * A step that makes the result better and can be left out to see what it buys: `region` (looking closely at where people
 * are), `temporal` (the confidence over time), `colors` (what the colours of person and room tell), `islands` (specks
 * taken out), `steady` (the matte over time), `foreground` (the person's own colours where they are mixed with the room's).
 */
export type Refinement = 'region' | 'temporal' | 'colors' | 'islands' | 'steady' | 'foreground';
