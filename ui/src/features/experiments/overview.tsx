import { IconBolt, IconGauge, IconLock } from '@tabler/icons-react';
import type { Experiment } from '~/api/contract';
import { Card } from '~/ui/card';
import { counted } from '~/ui/words';
import css from './overview.module.css';
import { claimOf, readingOf, type Step } from './steps';

/** The experiment as a person would tell it: what it proves, what it does, how it is undone. */
export function Overview({ experiment }: { experiment: Experiment }) {
  const reading = readingOf(experiment.document);
  return (
    <div className={css.overview}>
      <section className={css.claim} aria-label="What it proves">
        <p>{claimOf(reading, experiment.title)}</p>
      </section>
      <Part
        title="Steady state"
        about={reading.hypothesis ?? 'No hypothesis'}
        steps={reading.probes}
        none="Nothing is checked, so a run of this can only be inconclusive. Add a steady-state hypothesis."
      />
      <Part
        title="Method"
        about={counted(reading.method.length, 'step')}
        steps={reading.method}
        numbered
        none="The method is empty, so no fault is injected."
      />
      <Part
        title="Rollbacks"
        about={reading.rollbacks.length > 0 ? counted(reading.rollbacks.length, 'step') : ''}
        steps={reading.rollbacks}
        numbered
        none="Nothing is undone afterwards. If the method leaves something behind, add a rollback."
      />
      {(reading.configuration.length > 0 || reading.secrets.length > 0) && (
        <Card title="Configuration and secrets">
          <dl className={css.settings}>
            {reading.configuration.map((one) => (
              <div key={one.name}>
                <dt>{one.name}</dt>
                <dd>{one.value}</dd>
              </div>
            ))}
            {reading.secrets.map((name) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <IconLock size={14} aria-hidden /> secret, by reference
                </dd>
              </div>
            ))}
          </dl>
        </Card>
      )}
    </div>
  );
}

function Part(props: { title: string; about: string; steps: Step[]; numbered?: boolean; none: string }) {
  return (
    <Card title={props.title} aside={props.about} flush>
      {props.steps.length === 0 ? (
        <p className={css.none}>{props.none}</p>
      ) : (
        <ol className={css.steps}>
          {props.steps.map((step, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names need not be unique, the order is the identity
            <StepLine key={`${index}-${step.name}`} step={step} number={props.numbered ? index + 1 : null} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function StepLine({ step, number }: { step: Step; number: number | null }) {
  const Icon = step.type === 'action' ? IconBolt : IconGauge;
  return (
    <li className={css.step}>
      <span className={css.stepIcon} data-tone={step.type === 'action' ? 'live' : 'calm'} title={step.type}>
        <Icon size={17} aria-label={step.type} />
      </span>
      <div className={css.stepText}>
        <div>
          {number !== null && <span className={css.number}>{number}.</span>} <strong>{step.name}</strong>
          {step.tolerance && <span className={css.tolerance}> {step.tolerance}</span>}
        </div>
        <code className={css.does}>{step.does}</code>
        {step.notes.length > 0 && <div className={css.notes}>{step.notes.join(', ')}</div>}
        <details className={css.raw}>
          <summary>{step.provider === 'reference' ? 'Reference' : 'Provider'}</summary>
          <pre>{JSON.stringify(step.raw, null, 2)}</pre>
        </details>
      </div>
    </li>
  );
}
