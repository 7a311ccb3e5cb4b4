export const weigh = (n: number): number => n * 2
