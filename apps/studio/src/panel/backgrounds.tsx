import { DRAWN_BACKGROUNDS } from '@elsewhere/gallery';
import { CircleOff, Ghost, Palette, Plus, X } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { Slider } from '../components/slider.js';
import { chooseFiles } from '../state/add-files.js';
import { usualAddress } from '../state/address.js';
import { choice } from '../state/background.js';
import { BLURS, BOKEH, type Choice, COLORS, GREEN, keyOf } from '../state/choice.js';
import { ownBackgrounds, removeOwnBackground } from '../state/own-backgrounds.js';
import { strings } from '../strings/index.js';
import { BlurFace } from './blur-face.js';
import { BokehFace } from './bokeh-face.js';
import { DrawnFace } from './drawn-face.js';

/** The choice of backgrounds. */
export function Backgrounds() {
  const { backgrounds: texts, drawnBackgrounds: names } = strings.value;
  const now = choice.value;
  const usual = usualAddress(location);
  return (
    <>
      <fieldset class="group">
        <legend>{texts.drawn}</legend>
        <div class="tiles">
          {DRAWN_BACKGROUNDS.map((background) => (
            <Tile
              key={background.id}
              name={names[background.id]}
              means={{ kind: 'drawn', id: background.id }}
            >
              <DrawnFace background={background} />
            </Tile>
          ))}
        </div>
      </fieldset>

      <fieldset class="group">
        <legend>{texts.camera}</legend>
        <div class="tiles">
          <Tile name={texts.lightBlur} means={{ kind: 'blur', strength: BLURS.light }}>
            <BlurFace strength={BLURS.light} />
          </Tile>
          <Tile name={texts.strongBlur} means={{ kind: 'blur', strength: BLURS.strong }}>
            <BlurFace strength={BLURS.strong} />
          </Tile>
          <Tile name={texts.bokeh} means={{ kind: 'bokeh', strength: BOKEH }}>
            <BokehFace />
          </Tile>
          <Tile name={texts.none} means={{ kind: 'none' }}>
            <CircleOff size={20} aria-hidden="true" />
          </Tile>
        </div>
        {(now.kind === 'blur' || now.kind === 'bokeh') && (
          <Slider
            label={texts.strength}
            value={now.strength}
            onInput={(strength) => {
              choice.value = { kind: now.kind, strength };
            }}
          />
        )}
      </fieldset>

      <fieldset class="group">
        <legend>{texts.yours}</legend>
        <div class="tiles">
          {ownBackgrounds.value.map((own) => (
            <Tile
              key={own.id}
              name={own.name}
              means={{ kind: 'own', id: own.id }}
              onRemove={() => {
                if (now.kind === 'own' && now.id === own.id)
                  choice.value = { kind: 'blur', strength: BLURS.strong };
                void removeOwnBackground(own.id);
              }}
            >
              {own.type === 'image' ? (
                <img src={own.url} alt="" loading="lazy" />
              ) : (
                <video src={own.url} muted preload="metadata" tabIndex={-1} aria-hidden="true" />
              )}
            </Tile>
          ))}
          <button class="tile tile--add" type="button" onClick={chooseFiles}>
            <span class="tile__face">
              <Plus size={20} aria-hidden="true" />
            </span>
            <span class="tile__name">{texts.add}</span>
          </button>
        </div>
        <p class="note">{texts.addHint}</p>
        {usual && <p class="note">{texts.keptElsewhere(usual)}</p>}
      </fieldset>

      <fieldset class="group">
        <legend>{texts.plain}</legend>
        <div class="swatches">
          {COLORS.map((color) => (
            <Swatch key={color} name={texts.color(color)} color={color} />
          ))}
          <Swatch name={texts.green} color={GREEN} />
          <OwnColor />
          <Swatch name={texts.transparent}>
            <Ghost size={18} aria-hidden="true" />
          </Swatch>
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
        checked={keyOf(choice.value) === keyOf(means)}
        onChange={() => {
          choice.value = means;
        }}
      />
      <span class="tile__face" aria-hidden="true">
        {children}
      </span>
      <span class="tile__name" title={name}>
        {name}
      </span>
      {onRemove && (
        <button
          class="tile__remove"
          type="button"
          aria-label={strings.value.backgrounds.remove(name)}
          onClick={onRemove}
        >
          <X size={14} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

interface SwatchProps {
  readonly name: string;
  /** Omitted for transparent. */
  readonly color?: string;
  readonly children?: ComponentChildren;
}

function Swatch({ name, color, children }: SwatchProps) {
  const means: Choice = color === undefined ? { kind: 'transparent' } : { kind: 'color', color };
  return (
    <label class="swatch" title={name}>
      <input
        type="radio"
        name="background"
        aria-label={name}
        checked={keyOf(choice.value) === keyOf(means)}
        onChange={() => {
          choice.value = means;
        }}
      />
      <span
        class={`swatch__face${color === undefined ? ' swatch__face--transparent' : ''}`}
        style={color ? { background: color } : undefined}
      >
        {children}
      </span>
    </label>
  );
}

/** A custom colour, from the browser's picker. */
function OwnColor() {
  const now = choice.value;
  const isOwn = now.kind === 'color' && now.color !== GREEN && !COLORS.includes(now.color);
  const { own } = strings.value.backgrounds;
  return (
    <label class={`swatch${isOwn ? ' is-chosen' : ''}`} title={own}>
      <input
        type="color"
        aria-label={own}
        value={now.kind === 'color' ? now.color : '#7b6cd9'}
        onInput={(event) => {
          choice.value = { kind: 'color', color: event.currentTarget.value };
        }}
      />
      <span class="swatch__face swatch__face--own" style={isOwn ? { background: now.color } : undefined}>
        <Palette size={17} aria-hidden="true" />
      </span>
    </label>
  );
}
