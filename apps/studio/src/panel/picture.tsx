import { Slider } from '../components/slider.js';
import { Switch } from '../components/switch.js';
import { isPicture } from '../state/background.js';
import { colorMatch, edgeSoftness, lightWrap, mirror } from '../state/options.js';
import { setter } from '../state/stored.js';
import { strings } from '../strings/index.js';

/** How the person looks in the new place. */
export function PictureSettings() {
  const texts = strings.value.picture;
  return (
    <>
      <section class="group">
        <h2>{texts.person}</h2>
        <Switch label={texts.mirror} checked={mirror.value} onChange={setter(mirror)} />
        <Slider label={texts.edgeSoftness} value={edgeSoftness.value} onInput={setter(edgeSoftness)} />
      </section>
      <section class="group">
        <h2>{texts.place}</h2>
        {isPicture.value ? (
          <>
            <Slider label={texts.lightWrap} value={lightWrap.value} onInput={setter(lightWrap)} />
            <Slider label={texts.colorMatch} value={colorMatch.value} onInput={setter(colorMatch)} />
          </>
        ) : (
          <p class="note">{texts.pictureOnly}</p>
        )}
      </section>
    </>
  );
}
