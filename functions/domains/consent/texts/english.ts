import type { Texts } from './texts.ts';

export const en: Texts = {
  subscribe: {
    title: 'Subscribe to news from {shop}',
    lead: 'Enter your e-mail address.',
    button: 'Subscribe',
    list: {
      title: 'Subscribe to {list}',
      lead: 'Enter your e-mail address to get {list} from {shop}.',
    },
    email: 'E-mail address',
    consent:
      'I agree that {shop} sends me marketing e-mails. I can withdraw this at any time by the link in every e-mail.',
    trap: 'Leave this field empty',
    invalidEmail: 'This is not an e-mail address. It looks like ada@example.com.',
    working: 'One moment: we check that you are not a program.',
    needsScript: 'This page needs JavaScript, to tell people from programs. Please switch it on.',
    tooMany: 'Too many confirmations were asked for just now. Please try again in an hour.',
    refused: {
      disposable: 'We do not take addresses of throw-away mailboxes. Please enter another one.',
      takes_no_mail: 'No mail arrives at this address. Please look what comes after the @.',
      challenge_missing: 'We could not check that you are not a program. Please try again, with JavaScript on.',
      challenge_wrong: 'We could not check that you are not a program. Please try again.',
      challenge_expired: 'This page was open for too long. Please try again.',
      challenge_used: 'This was sent before. If you want to subscribe once more, please try again.',
    },
  },
  checkMail: {
    title: 'Check your mailbox',
    lead: 'If the address is right, we have sent you an e-mail. Open the link in it to confirm your subscription. Nothing is subscribed until then.',
  },
  confirm: {
    title: 'Confirm your subscription',
    lead: 'One more step: press the button, and you are subscribed.',
    button: 'Yes, subscribe me',
    consent:
      'I agree that {shop} sends me marketing e-mails. I can withdraw this at any time by the link in every e-mail.',
  },
  confirmed: { title: 'You are subscribed', lead: 'Thank you. Your subscription to {shop} is confirmed.' },
  used: { title: 'This was confirmed before', lead: 'The link was used already, and changes nothing any more.' },
  subscribed: { title: 'You are subscribed', lead: 'Thank you. You are subscribed to {shop}.' },
  subscribedToList: { title: 'You are subscribed', lead: 'Thank you. You are subscribed to {list} from {shop}.' },
  expired: {
    title: 'This link has expired',
    lead: 'Links of confirmation hold for 72 hours. Subscribe again, and we send you a new one.',
  },
  invalid: {
    title: 'This link does not work',
    lead: 'It may be cut off, and changed nothing. Open it from the e-mail again, or copy it whole.',
  },
  preferences: {
    title: 'Your preferences at {shop}',
    lead: 'Choose what you want to receive.',
    button: 'Save',
    channels: 'Channels',
    lists: 'Lists',
    data: 'Your data',
    gpcNotice:
      'Your browser asks us not to pass on your data (Global Privacy Control). If you allow it here, {shop} may do so in spite of that.',
    all: 'Unsubscribe from everything',
    listsPaused: 'Nothing comes from these while news by e-mail is off.',
    topics: {
      'email#marketing': 'News by e-mail',
      'email#open_tracking': 'Statistics on whether I open e-mails',
      'email#click_tracking': 'Statistics on which links in e-mails I follow',
      'sms#marketing': 'News by SMS',
      'sms#transactional': 'Messages on my orders by SMS',
      'whatsapp#marketing': 'News by WhatsApp',
      'whatsapp#transactional': 'Messages on my orders by WhatsApp',
      'whatsapp#conversational': 'Conversations by WhatsApp',
      'push#marketing': 'News by push message',
      'sharing#advertising': 'My data may be passed on to others, for their advertising',
    },
  },
  saved: { title: 'Your preferences are saved', lead: 'They hold from now on.' },
  unsubscribe: {
    title: 'Unsubscribe from {shop}',
    lead: 'The button below ends all marketing e-mails from {shop}. Nothing changes until you press it.',
    button: 'Unsubscribe',
    fromList: 'Only from this list',
  },
  unsubscribed: {
    title: 'You are unsubscribed',
    lead: 'You get no more marketing e-mails from {shop}.',
    preferences: 'Manage your preferences',
  },
  leftList: {
    title: 'You are off this list',
    lead: 'You get no more e-mails of {list}. Other e-mails from {shop} go on.',
  },
  declined: { title: 'Nothing was subscribed', lead: 'We do not ask this address again for 90 days.' },
  unknown: {
    title: 'This link leads nowhere any more',
    lead: 'We no longer know whose it was, and changed nothing. To unsubscribe, use the link in a newer e-mail from {shop}.',
  },
  failed: {
    notFound: {
      title: 'There is no such page',
      lead: 'The address may be cut off or mistyped. Open it from the e-mail or the shop again.',
    },
    unreadable: {
      title: 'That did not work',
      lead: 'We could not read what was sent, and changed nothing. Please go back and try again.',
    },
    tooLarge: { title: 'That did not work', lead: 'More was sent than we can take, and nothing was changed.' },
    tooMany: {
      title: 'One moment, please',
      lead: 'Many people are here just now. Nothing was changed. Please try again in a minute.',
    },
    busy: { title: 'One moment, please', lead: 'We could not do this just now. Please try again in a minute.' },
    broken: { title: 'Something went wrong', lead: 'This is our fault and not yours. Please try again later.' },
  },
  mail: {
    subject: 'Please confirm your subscription to {shop}',
    lead: 'Somebody, probably you, entered this address to get news from {shop}. Confirm it by this link, within 72 hours:',
    button: 'Confirm the subscription',
    ignore: 'If it was not you, do nothing: nothing is subscribed then.',
    decline: 'Unsubscribe, and do not ask me again for 90 days:',
  },
};
