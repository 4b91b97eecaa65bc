import { ConfigurationParameter, ParameterType } from '../../schema/configuration-parameter.js';
import type { Known } from './check-values.js';

/** The catalogue as the API shows it. */
export const offeredParameters = ({ catalogue }: Known): ConfigurationParameter[] =>
  catalogue.parameters.map((parameter) =>
    Object.assign(new ConfigurationParameter(), {
      name: parameter.name,
      type: ParameterType[parameter.type],
      unit: parameter.unit ?? null,
      min: parameter.min ?? null,
      max: parameter.max ?? null,
      allowedValues: parameter.values ?? null,
      default: parameter.default,
      needsRestart: parameter.restart,
      description: parameter.description,
      managed: parameter.managed !== null,
      managedReason: parameter.managed,
    }),
  );
