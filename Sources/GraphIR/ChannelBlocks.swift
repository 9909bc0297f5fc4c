/// Channels that an engine keeps side by side: passes count in whole blocks where parts of a block would have to be copied or
/// would cost as much as all of it.
let channelsInBlock = 16
