import { Pool } from "undici";
const url = new URL(process.argv[2]); const pool = new Pool(url.origin, { connections: 32, pipelining: 1 });
const lat=[]; let stop=false; let bad=0; 
async function loop(){ while(!stop){ const t=performance.now(); const r=await pool.request({path:url.pathname,method:"GET"}); await r.body.dump(); if (r.statusCode!==200) bad++; lat.push(performance.now()-t);} }
const ls=Array.from({length:32},loop); await new Promise(r=>setTimeout(r,2000)); lat.length=0; const t0=performance.now(); await new Promise(r=>setTimeout(r,5000)); const n=lat.length, dt=performance.now()-t0; stop=true; await Promise.all(ls); lat.sort((a,b)=>a-b); console.log(process.argv[3], "rps",(n/dt*1000).toFixed(0),"p50",lat[n>>1].toFixed(2),"p99",lat[Math.floor(n*.99)].toFixed(2),"bad",bad); process.exit(0);
