import { DRAWN_BACKGROUNDS, type DrawnBackground, renderImage } from '@elsewhere/gallery';
import { Plus, X } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Choice, DEFAULT_SETTINGS, removeImage } from '../settings.js';
import { strings } from '../strings/index.js';
import { storeImage } from './own-images.js';
import { problem } from './problem.js';
import { change, images, loadImages, settings } from './state.js';

/** The strengths of the two blur tiles; the slider sets any other. */
const BLURS = { light: 0.3, strong: 0.8 } as const;

const COLORS: readonly string[] = ['#f4f1ea', '#c9d6d3', '#2f4858', '#16191c', '#c96f4a', '#00b140'];

/** In pixels. */
const FACE_SIZE = { width: 176, height: 110 } as const;

/** The choice of backgrounds. */
export function Backgrounds() {
  const texts = strings.popup;
  const now = settings.value.background;
  return (
    <>
      <fieldset class="group">
        <legend>{texts.backgrounds}</legend>
        <div class="tiles">
          <Tile name={texts.lightBlur} means={{ kind: 'blur', strength: BLURS.light }}>
            <span class="blur blur--light" />
          </Tile>
          <Tile name={texts.strongBlur} means={{ kind: 'blur', strength: BLURS.strong }}>
            <span class="blur blur--strong" />
          </Tile>
          {DRAWN_BACKGROUNDS.map((background) => (
            <Tile
              key={background.id}
              name={strings.drawnBackgrounds[background.id]}
              means={{ kind: 'drawn', id: background.id }}
            >
              <DrawnFace background={background} />
            </Tile>
          ))}
        </div>
        {now.kind === 'blur' && (
          <label class="field field--wide">
            <span>{texts.strength}</span>
            <input
              type="range"
              min={0}
              max={1}
              step={0.01}
              value={now.strength}
              onInput={({ currentTarget }) =>
                change({ background: { kind: 'blur', strength: currentTarget.valueAsNumber } })
              }
            />
          </label>
        )}
      </fieldset>
      <fieldset class="group">
        <legend>{texts.own}</legend>
        <div class="tiles">
          {images.value.map(([id, { name, url }]) => (
            <Tile key={id} name={name} means={{ kind: 'own', id }} onRemove={() => void remove(id)}>
              <img src={url} alt="" />
            </Tile>
          ))}
          <label class="tile tile--add">
            <input
              type="file"
              accept="image/*"
              onChange={({ currentTarget }) => {
                const [file] = currentTarget.files ?? [];
                currentTarget.value = '';
                if (file) void add(file);
              }}
            />
            <span class="tile__face">
              <Plus size={20} aria-hidden="true" />
            </span>
            <span class="tile__name">{texts.add}</span>
          </label>
        </div>
      </fieldset>
      <fieldset class="group">
        <legend>{texts.colors}</legend>
        <div class="swatches">
          {COLORS.map((color) => (
            <label key={color} class="swatch" title={texts.color(color)}>
              <input
                type="radio"
                name="background"
                aria-label={texts.color(color)}
                checked={now.kind === 'color' && now.color === color}
                onChange={() => change({ background: { kind: 'color', color } })}
              />
              <span style={{ background: color }} />
            </label>
          ))}
        </div>
      </fieldset>
    </>
  );
}

interface TileProps {
  readonly name: string;
  readonly means: Choice;
  readonly onRemove?: () => void;
  readonly children: ComponentChildren;
}

function Tile({ name, means, onRemove, children }: TileProps) {
  return (
    <div class="tile">
      <input
        type="radio"
        name="background"
        aria-label={name}
        checked={keyOf(settings.value.background) === keyOf(means)}
        onChange={() => change({ background: means })}
      />
      <span class="tile__face">{children}</span>
      <span class="tile__name" aria-hidden="true">
        {name}
      </span>
      {onRemove && (
        <button class="tile__remove" type="button" aria-label={strings.popup.remove(name)} onClick={onRemove}>
          <X size={14} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

function keyOf(choice: Choice): string {
  switch (choice.kind) {
    case 'blur':
      return choice.strength < 0.55 ? 'blur:light' : 'blur:strong';
    case 'bokeh':
      return choice.kind;
    case 'color':
      return `color:${choice.color}`;
    default:
      return `${choice.kind}:${choice.id}`;
  }
}

function DrawnFace({ background }: { readonly background: DrawnBackground }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    // If it cannot be drawn, its name is still shown.
    renderImage(background, FACE_SIZE.width, FACE_SIZE.height).then(
      (bitmap) => context?.drawImage(bitmap, 0, 0),
      () => {},
    );
  }, [background]);
  return <canvas ref={canvas} {...FACE_SIZE} />;
}

async function add(file: File): Promise<void> {
  problem.value = undefined;
  try {
    const id = await storeImage(file);
    await loadImages();
    change({ background: { kind: 'own', id } });
  } catch (error) {
    const isUnreadable = error instanceof DOMException && error.name === 'InvalidStateError';
    problem.value = isUnreadable ? strings.popup.unreadable(file.name) : strings.popup.full;
  }
}

async function remove(id: string): Promise<void> {
  const { background } = settings.value;
  if (background.kind === 'own' && background.id === id) {
    change({ background: DEFAULT_SETTINGS.background });
  }
  await removeImage(id);
  await loadImages();
}
