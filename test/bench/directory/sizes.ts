/** Each agent talks to so many addresses of other nodes, and sends so many rows every window. */
export const FOLLOWED = 200
export const ROWS = 200
export const WINDOW_MS = 10_000
