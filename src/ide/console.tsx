import { GraphiQL } from 'graphiql';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { examples } from './examples.js';
import { createFetcher } from './fetcher.js';
import { connect } from './live.js';
import logo from './logo.svg';
import { NextStepBar } from './next-step-bar.js';
import { nextStep, type NextStep } from './next-step.js';

interface Props {
  readonly token: string;
  readonly datastoreId: string | undefined;
  readonly onRefused: () => void;
  readonly onChangeToken: () => void;
}

/** GraphiQL on the control plane's API. */
export function Console({ token, datastoreId, onRefused, onChangeToken }: Props) {
  const [step, setStep] = useState<NextStep>();
  const live = useMemo(() => connect(token), [token]);
  useEffect(() => () => void live.dispose(), [live]);
  const fetcher = useMemo(
    () =>
      createFetcher(token, live, {
        refused: onRefused,
        answered: (result) => {
          setStep(nextStep(result));
        },
      }),
    [token, live, onRefused],
  );
  const tabs = useMemo(() => examples(datastoreId), [datastoreId]);
  const done = useCallback(() => {
    setStep(undefined);
  }, []);

  return (
    <GraphiQL fetcher={fetcher} defaultTabs={tabs} defaultEditorToolsVisibility="variables" schemaDescription>
      <GraphiQL.Logo>
        <img src={logo} alt="" width="22" height="22" />
        <strong>DTrove</strong>
        <button type="button" className="button" onClick={onChangeToken}>
          Change token
        </button>
      </GraphiQL.Logo>
      <GraphiQL.Footer>{step && <NextStepBar step={step} onDone={done} key={step.variables} />}</GraphiQL.Footer>
    </GraphiQL>
  );
}
