import { RotateCcw } from 'lucide-preact';
import { Button } from '../components/button.js';
import { Slider } from '../components/slider.js';
import { Switch } from '../components/switch.js';
import { choice } from '../state/background.js';
import { isImageOrVideo } from '../state/choice.js';
import {
  brightness,
  colorMatch,
  edgeSoftness,
  follow,
  lightWrap,
  mirror,
  resetOptions,
  warmth,
  zoom,
} from '../state/options.js';
import { setter } from '../state/stored.js';
import { strings } from '../strings/index.js';

/** The settings of the person and the composition. */
export function OutputSettings() {
  const texts = strings.value.picture;
  return (
    <>
      <section class="group">
        <h2>{texts.person}</h2>
        <Switch label={texts.mirror} checked={mirror.value} onChange={setter(mirror)} />
        <Switch label={texts.follow} checked={follow.value} onChange={setter(follow)} />
        <Slider
          label={texts.zoom}
          value={zoom.value}
          min={1}
          max={4}
          step={0.05}
          format={times}
          onInput={setter(zoom)}
        />
        <Slider
          label={texts.brightness}
          value={brightness.value}
          min={-1}
          format={signed}
          onInput={setter(brightness)}
        />
        <Slider label={texts.warmth} value={warmth.value} min={-1} format={signed} onInput={setter(warmth)} />
        <Slider label={texts.edgeSoftness} value={edgeSoftness.value} onInput={setter(edgeSoftness)} />
      </section>
      <section class="group">
        <h2>{texts.relighting}</h2>
        {isImageOrVideo(choice.value) ? (
          <>
            <Slider label={texts.lightWrap} value={lightWrap.value} onInput={setter(lightWrap)} />
            <Slider label={texts.colorMatch} value={colorMatch.value} onInput={setter(colorMatch)} />
          </>
        ) : (
          <p class="note">{texts.imageOnly}</p>
        )}
      </section>
      <Button icon={RotateCcw} onClick={resetOptions}>
        {texts.reset}
      </Button>
    </>
  );
}

/** 1.5 as `1.5 ×`. */
function times(value: number): string {
  return `${value.toFixed(1)} ×`;
}

/** 0.2 as `+20`. */
function signed(value: number): string {
  const rounded = Math.round(100 * value);
  return rounded > 0 ? `+${rounded}` : `${rounded}`;
}
