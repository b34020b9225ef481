// A message centre by npm's smpp, a codec that nobody here wrote: takes any bind, answers, reports, and says one SMS.
const smpp = require("smpp");
let count = 0;
const server = smpp.createServer((session) => {
  session.on("error", () => {});
  session.on("bind_transceiver", (pdu) => {
    session.send(pdu.response({ system_id: "NODE" }));
    const text = Buffer.from("Не работает; код: E-17", "utf16le").swap16();
    session.deliver_sm({
      source_addr: "79000000017", source_addr_ton: 1, source_addr_npi: 1, destination_addr: "7000",
      data_coding: 8, short_message: text,
    });
  });
  session.on("submit_sm", (pdu) => {
    count += 1;
    const id = count.toString(16).padStart(8, "0");
    const body = pdu.message_payload || pdu.short_message;
    const text = body.message !== undefined ? body.message : body;
    const udh = body.udh ? body.udh.map((each) => each.toString("hex")) : [];
    process.stdout.write(JSON.stringify({
      to: pdu.destination_addr, from: pdu.source_addr, coding: pdu.data_coding, esm: pdu.esm_class,
      ton: pdu.dest_addr_ton, text: Buffer.isBuffer(text) ? text.toString("hex") : text, udh,
    }) + "\n");
    if (pdu.destination_addr.endsWith("99")) {
      session.send(pdu.response({ command_status: smpp.ESME_RINVDSTADR }));
      return;
    }
    session.send(pdu.response({ message_id: id }));
    session.deliver_sm({
      source_addr: pdu.destination_addr, source_addr_ton: 1, destination_addr: pdu.source_addr, esm_class: 4,
      receipted_message_id: id, message_state: 2,
      short_message: `id:${count} sub:001 dlvrd:001 submit date:2611231200 done date:2611231200 stat:DELIVRD err:000`,
    });
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => { session.send(pdu.response()); session.close(); });
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => process.stdout.write("listens\n"));
