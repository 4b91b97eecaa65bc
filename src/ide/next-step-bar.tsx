import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useState } from 'react';
import { DOCUMENTS } from './examples.js';
import type { NextStep } from './next-step.js';

interface Props {
  readonly step: NextStep;
  readonly onDone: () => void;
}

/** A line below the answer that offers the next step; taking it opens the tab with the variables filled in. */
export function NextStepBar({ step, onDone }: Props) {
  const tabs = useGraphiQL((state) => state.tabs);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const operationName = useGraphiQL((state) => state.operationName);
  const { addTab, changeTab, run } = useGraphiQLActions();
  const [taken, setTaken] = useState(false);

  // The editor learns the operation's name a moment after the tab has changed; before that it would run the old one.
  useEffect(() => {
    if (!taken || operationName !== step.tab) return;
    if (step.run) void run();
    onDone();
  }, [taken, operationName, step, run, onDone]);

  const take = () => {
    const index = tabs.findIndex(({ title }) => title === step.tab);
    if (index >= 0) changeTab(index);
    else {
      addTab();
      queryEditor?.setValue(DOCUMENTS[step.tab] ?? '');
    }
    variableEditor?.setValue(step.variables);
    setTaken(true);
  };

  return (
    <div className="next-step" role="status">
      <span>{step.words}</span>
      <button type="button" className="button primary" onClick={take}>
        {step.label}
      </button>
      <button type="button" className="button" onClick={onDone} aria-label="Dismiss">
        Dismiss
      </button>
    </div>
  );
}
