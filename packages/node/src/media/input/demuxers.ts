/**
 * The containers that are opened, by FFmpeg's names. Everything else is refused, whatever a file is named: playlists and manifests
 * (hls, dash, concat, imf, sdp, image2, ...) make FFmpeg open other files and addresses, and text is rendered as if it were video.
 * Containers of sound alone are here for a message that says so.
 */
const VIDEOS =
  'mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,live_flv,asf,asf_o,ogg,mxf,nut,ivf,obu,dv,gxf,wtv,rm,swf,nsv,nuv,pva,pmp,mpegtsraw,' +
  'h264,hevc,vvc,evc,av1,m4v,h263,h261,vc1,vc1test,cavsvideo,avs2,avs3,dirac,mjpeg,mpjpeg,smjpeg,ingenient,yuv4mpegpipe,' +
  'gif,apng,webp_anim,jpegxl_anim,bink,smk,roq,film_cpk,flic,4xm,thp,r3d,lxf,mtv,rpl,ty,cdxl,dxa,ea,idcin,ipmovie,wsvqa,' +
  'bethsoftvid,bfi,c93,vmd,siff,mm,rl2,tmv,xmv,hnm,jv,psxstr,mvi,mv,yop,anm,filmstrip,dcstr,luodat,pp_bnk,kux,moflex,mods,bmv,' +
  'vividas,vivo,lmlm4,txd,dhav,ifv,iv8,lvf,frm,mgsts,gdv,cine,ivr,wc3movie';
const SOUNDS =
  'mp3,aac,wav,w64,flac,aiff,au,caf,ac3,eac3,ac4,amr,dts,dtshd,truehd,mlp,tta,ape,wv,oma,mpc,mpc8,tak,voc,ast,loas';

/** For FFmpeg's option `format_whitelist`. */
export const FORMAT_WHITELIST = `${VIDEOS},${SOUNDS}`;
