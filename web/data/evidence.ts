import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Figures, Receipt, VerdictAt, VerdictHistory } from "#contract/api/evidence.ts";
import { get } from "./http.ts";

const iso = (ms: number): string => new Date(ms).toISOString();

/** How a room was judged, change by change. */
export const usePastVerdicts = (key: string, from: number, to: number): UseQueryResult<VerdictHistory, Error> =>
  useQuery({
    queryKey: ["verdicts", key, from, to],
    queryFn: () => get<VerdictHistory>(`rooms/${key}/verdicts?from=${iso(from)}&to=${iso(to)}`),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

/** What was known of a room at a moment. */
export const useVerdictAt = (key: string, at: number | undefined): UseQueryResult<VerdictAt, Error> =>
  useQuery({
    queryKey: ["verdict", key, at],
    queryFn: () => get<VerdictAt>(`rooms/${key}/verdict?at=${iso(at ?? 0)}`),
    enabled: at !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
  });

/** What was frozen when the client of a visit walked in. */
export const useReceipt = (demo: string | undefined): UseQueryResult<Receipt, Error> =>
  useQuery({
    queryKey: ["receipt", demo],
    queryFn: () => get<Receipt>(`demos/${encodeURIComponent(demo ?? "")}/receipt`),
    enabled: demo !== undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The figures of both departments. */
export const useFigures = (from: number, to: number): UseQueryResult<Figures, Error> =>
  useQuery({
    queryKey: ["figures", from, to],
    queryFn: () => get<Figures>(`figures?from=${iso(from)}&to=${iso(to)}`),
    placeholderData: keepPreviousData,
    staleTime: 5 * 60_000,
  });
