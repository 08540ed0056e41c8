import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

/** A change on the server. Once it is made or refused, everything that was asked of these nouns is asked again. */
export function useChange<Output, Input>(
  nouns: readonly string[],
  change: (input: Input) => Promise<Output>,
): UseMutationResult<Output, Error, Input> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => Promise.all(nouns.map((noun) => queries.invalidateQueries({ queryKey: [noun] }))),
  });
}
