import { list, mapOf, section, type Form, type Keys } from './form.ts';
import { gpuRequests } from './deploy.ts';
import { flag, looseText, text, wholeNumber } from './scalars.ts';
import { nativeIgnores, refusedEverywhere } from './verdicts.ts';

/** Values of a provider are handed on as lists of text. */
const providerOption: Form = list(looseText, { single: true });

/** What something else than a container does for the service. */
export const delegationKeys: Keys = {
  provider: {
    form: section(
      {
        type: { form: text, about: 'Program that provides the service.' },
        options: { form: mapOf(providerOption, { names: 'free' }), about: 'What is handed to it.' },
      },
      { required: ['type'] },
    ),
    about: 'A program that provides the service instead of a container.',
    verdict: refusedEverywhere('bowline runs no providers'),
  },
  models: {
    form: mapOf(
      section(
        {
          endpoint_var: { form: text, about: 'Variable that gets the address of the model.' },
          model_var: { form: text, about: 'Variable that gets its name.' },
        },
        { empty: 'kept' },
      ),
      { noun: 'model', fromList: null },
    ),
    about: 'AI models that the service uses.',
    verdict: refusedEverywhere('bowline runs no models'),
  },
  gpus: {
    form: gpuRequests,
    about: '`all`, or which graphics processors the service may use.',
    verdict: nativeIgnores('processes see all devices that their user sees'),
  },
  use_api_socket: {
    form: flag,
    about: "Give the service the engine's API.",
    absent: 'false',
    verdict: {
      native: 'refused: there is no engine with an API',
      kubernetes: 'refused: a cluster has no Docker Engine',
    },
  },
};

/** What a top-level model is. */
export const models: Form = mapOf(
  section(
    {
      name: { form: text, about: 'Name on the engine.' },
      model: { form: text, about: 'Artifact that holds the model.' },
      context_size: { form: wholeNumber(0), about: 'Largest context in tokens.' },
      runtime_flags: { form: list(text), about: 'Flags for the program that runs it.' },
    },
    { required: ['model'] },
  ),
  { noun: 'model' },
);
