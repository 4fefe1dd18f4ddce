/**
 * Stands round a call without touching it. Whoever watches is given the call as it was made, to be carried out when
 * he likes: he has no arguments to pass on, so none can get lost when the call gets another one.
 */

/** `ask` carries out the call; what is returned is what the caller hears. */
type Watch<Given extends readonly unknown[], Answer> = (ask: () => Answer, ...given: Given) => Answer;

export const watched =
  <Given extends readonly unknown[], Answer>(
    call: (...given: Given) => Answer,
    watch: Watch<Given, Answer>,
  ): ((...given: Given) => Answer) =>
  (...given) =>
    watch(() => call(...given), ...given);

type Method<Service, Name extends keyof Service> = Service[Name] extends (
  ...given: infer Given
) => infer Answer
  ? { readonly given: Given; readonly answer: Answer }
  : never;

/** The same service, one of its methods watched. */
export function watching<Service extends object, Name extends keyof Service>(
  service: Service,
  name: Name,
  watch: Watch<Method<Service, Name>['given'], Method<Service, Name>['answer']>,
): Service {
  const call = service[name] as (...given: Method<Service, Name>['given']) => Method<Service, Name>['answer'];
  return { ...service, [name]: watched(call, watch) };
}
