import tables from '~/ui/table.module.css';
import { duration } from '~/ui/words';
import { figure, type Series } from './probe-series';
import css from './probe-values.module.css';
import { PHASE_WORDS } from './words';

/** The numbers of the charts as a table, for those who cannot see them or want them exactly. */
export function ProbeValues({ series, from }: { series: Series[]; from: number }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keyboard
    <section className={css.values} aria-label="Values of the probes" tabIndex={0}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th>Probe</th>
            <th className={tables.number}>At</th>
            <th>Phase</th>
            <th className={tables.number}>Value</th>
            <th>Tolerance</th>
          </tr>
        </thead>
        <tbody>
          {series.flatMap(({ name, band, samples }) =>
            samples.map((one) => (
              <tr key={`${name}-${one.key}`}>
                <td>{name}</td>
                <td className={tables.number}>+{duration(one.at - from)}</td>
                <td>{PHASE_WORDS[one.phase]}</td>
                <td className={tables.number}>{one.value === null ? 'none' : figure(one.value)}</td>
                <td data-tone={one.met === false ? 'warn' : 'calm'} className={css.met}>
                  {one.met === null ? '' : one.met ? 'in' : 'out'}
                  {band && `, ${figure(band.low)} to ${figure(band.high)}`}
                </td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </section>
  );
}
