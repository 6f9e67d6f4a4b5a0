/**
 * The live feed's close code where nobody is signed in, or not any more: an application's own (RFC 6455,
 * 7.4.2), after HTTP's 401.
 */
export const FEED_UNAUTHORIZED = 4401;
