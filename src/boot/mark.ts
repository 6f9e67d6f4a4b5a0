/** Begins, behind `#`, every agent's configuration of ours: a file without it is somebody else's. */
export const CONF_MARK = 'Written by Muster';
