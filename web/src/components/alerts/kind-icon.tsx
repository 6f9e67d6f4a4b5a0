import {
  IconBellRinging,
  IconBrandSlack,
  IconMail,
  IconPhoneCall,
  IconTerminal2,
  IconWebhook,
} from '@tabler/icons-react';

/** By which way something is told. */
export function ChannelIcon({ kind }: { readonly kind: string }) {
  const look = { size: 16, 'aria-hidden': true, className: 'channel-icon' };
  switch (kind) {
    case 'email':
      return <IconMail {...look} />;
    case 'slack':
      return <IconBrandSlack {...look} />;
    case 'pagerduty':
      return <IconPhoneCall {...look} />;
    case 'exec':
      return <IconTerminal2 {...look} />;
    case 'webhook':
    case 'http':
      return <IconWebhook {...look} />;
    default:
      return <IconBellRinging {...look} />;
  }
}
